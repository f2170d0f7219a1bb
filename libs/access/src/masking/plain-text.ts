/** A text as it is searched: digits and letters in their ordinary form, each with its place in the original. */
export interface PlainText {
  plain: string;
  /** Start in the original of each character of `plain`, and one more: the end. */
  places: readonly number[];
}

/** Characters that are not seen; between two digits they would hide a number from every search. */
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]$/u;

/** Digits written as words: 一三八…, as in spoken or careful Chinese. Only long runs of them are taken for digits. */
const HAN_DIGITS: ReadonlyMap<string, string> = new Map(
  ['〇零', '一壹幺', '二贰', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].flatMap((signs, digit) =>
    Array.from(signs, (sign) => [sign, String(digit)] as const),
  ),
);
/** Shorter runs are words: 三十一, 二〇二六 (a year), 零五一五 (an area code alone). */
const HAN_DIGIT_RUN = /[〇零一壹幺二贰三叁四肆五伍六陆七柒八捌九玖]{11,}/g;

/** Full-width, circled and mathematical digits and letters become ordinary ones; nothing else of the text changes. */
export function plainTextOf(text: string): PlainText {
  const spoken = text.replaceAll(HAN_DIGIT_RUN, (run) => Array.from(run, (sign) => HAN_DIGITS.get(sign) ?? sign).join(''));
  // Ordinary text, by far the most of it, needs no look at each character.
  if (!/[^\u0020-\u007e\u3000-\u303f\u4e00-\u9fff]/.test(spoken)) {
    return { plain: spoken, places: Array.from({ length: spoken.length + 1 }, (_, index) => index) };
  }
  let plain = '';
  const places: number[] = [];
  let place = 0;
  for (const sign of spoken) {
    if (!INVISIBLE.test(sign)) {
      const folded = sign.normalize('NFKC');
      const shown = folded.length === 1 && /[\p{N}\p{L}\p{P}\p{S}\s]/u.test(folded) ? folded : sign;
      const digit = /^\p{Nd}$/u.test(shown) ? digitOf(shown) : shown;
      for (const unit of digit) {
        plain += unit;
        for (let i = 0; i < unit.length; i++) places.push(place);
      }
    }
    place += sign.length;
  }
  places.push(spoken.length);
  return { plain, places };
}

/** Decimal digits of other scripts stand in Unicode in runs of ten that begin with zero. */
function digitOf(sign: string): string {
  if (sign >= '0' && sign <= '9') return sign;
  let code = sign.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - 1))) {
    code--;
    value++;
  }
  return String(value);
}
