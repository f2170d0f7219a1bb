import { SSF } from '@e965/xlsx';

/** What of the library's number formats is used here; it declares them as `any`. */
interface NumberFormats {
  format(code: string, value: number | string): string;
  is_date(code: string): boolean;
  parse_date_code(serial: number, options: { date1904: boolean }): DateParts | null;
}
interface DateParts {
  y: number;
  m: number;
  d: number;
  H: number;
  M: number;
  S: number;
}
const formats = SSF as NumberFormats; // typed by hand, as above

/**
 * How a cell is shown.
 * `plain`: a number, whatever its decoration; `date`, `time`: an instant and a time of day; `elapsed`: a duration (`[h]:mm`);
 * `code`: digits into which the format writes something that belongs to them (leading zeros, letters, dashes);
 * `text`: a text around which the format writes something.
 */
export type NumberFormat = { kind: 'plain' | 'date' | 'time' } | { kind: 'elapsed' | 'code' | 'text'; code: string };

export const PLAIN: NumberFormat = { kind: 'plain' };

const DAY = 'm"月"d"日"';
const MONTH = 'yyyy"年"m"月"';
const HOUR = 'h"时"mm"分"';
const SECOND = 'h"时"mm"分"ss"秒"';
/**
 * Formats that a workbook names by number alone and whose meaning depends on the country (ECMA-376 part 1, 18.8.30: zh-cn),
 * and the dates and times of all countries. Any other number says nothing that a plain number does not say.
 */
export const FORMATS_BY_ID: ReadonlyMap<number, string> = new Map([
  [14, 'm/d/yy'],
  [15, 'd-mmm-yy'],
  [16, 'd-mmm'],
  [17, 'mmm-yy'],
  [18, 'h:mm'],
  [19, 'h:mm:ss'],
  [20, 'h:mm'],
  [21, 'h:mm:ss'],
  [22, 'm/d/yy h:mm'],
  [27, MONTH],
  [28, DAY],
  [29, DAY],
  [30, 'm-d-yy'],
  [31, 'yyyy"年"m"月"d"日"'],
  [32, HOUR],
  [33, SECOND],
  [34, HOUR],
  [35, SECOND],
  [36, MONTH],
  [45, 'mm:ss'],
  [46, '[h]:mm:ss'],
  [47, 'mm:ss.0'],
  [50, MONTH],
  [51, DAY],
  [52, MONTH],
  [53, DAY],
  [54, DAY],
  [55, HOUR],
  [56, SECOND],
  [57, MONTH],
  [58, DAY],
]);

/** @param code the text of a format that the workbook defines itself. */
export function numberFormatOf(id: number, code: string | undefined): NumberFormat {
  const text = code ?? FORMATS_BY_ID.get(id);
  if (text === undefined) return PLAIN;
  const known = knownFormats.get(text);
  if (known) return known;
  const format = classified(text);
  if (knownFormats.size >= MAX_KNOWN_FORMATS) knownFormats.clear();
  knownFormats.set(text, format);
  return format;
}

/** Formats remembered; a workbook has some dozens, and may have 64,000. */
const MAX_KNOWN_FORMATS = 1_000;
const knownFormats = new Map<string, NumberFormat>();

const ELAPSED = /\[(h+|m+|s+)\]/i;
/** Two days that share no part of their date: a format that shows both alike shows no day. */
const A_DAY = 44_990;
const ANOTHER_DAY = A_DAY + 400;
function classified(original: string): NumberFormat {
  const code = readable(original);
  try {
    if (ELAPSED.test(code.replaceAll(/"[^"]*"/g, ''))) return { kind: 'elapsed', code };
    if (formats.is_date(code))
      return { kind: formats.format(code, A_DAY) === formats.format(code, ANOTHER_DAY) ? 'time' : 'date' };
    if (!isMeasure(formats.format(code, LONG)) && [ONE, LONG].some((sample) => !saysAmount(formats.format(code, sample), sample)))
      return { kind: 'code', code };
    return code.includes('@') && formats.format(code, MARK).trim() !== MARK ? { kind: 'text', code } : PLAIN;
  } catch {
    // A format that the library does not know: the number itself is never wrong.
    return PLAIN;
  }
}

/** Shows the leading zeros of a format, and something between the places of a long code. */
const ONE = 1;
const LONG = 1_234_567_890;
/** Stands for the text of a cell. */
const MARK = '\u0001';

/**
 * The format as the library reads it: without the locale (which it shows as a currency sign), characters outside ASCII in
 * quotes (which other programs leave out), weekdays in Chinese as such, and `General` beside other text as the digits it shows.
 */
function readable(code: string): string {
  const text = code.replaceAll('G/通用格式', 'General').replaceAll(/"[^"]*"|\\.|!.|\[[^\]]*\]|aaaa?|[^ -~]+/g, (token) => {
    if (token.startsWith('!')) return `\\${token.slice(1)}`;
    if (token.startsWith('[')) return token.startsWith('[$-') ? '' : token;
    if (token.startsWith('aaa')) return 'ddd';
    return token.charCodeAt(0) > LAST_ASCII ? `"${token}"` : token;
  });
  return /^general$/i.test(text) ? text : text.replaceAll(/general/gi, '0');
}

const LAST_ASCII = 0x7f;

/** What people count and measure in: behind a whole number it makes no code of it. */
const UNIT =
  '(?:[百千万亿]*(?:元|圆|块|角|分|厘)整?|[百千万亿]+|公?亩|公顷|平方公里|平方米|平米|m[23]?|立方米?|方|公里|千米|里|厘米|米|km|cm|吨|公斤|千克|斤|克|kg|t|升|度|千瓦时|kWh|人次|人|户|口|名|个|家|条|件|次|起|宗|笔|项|份|只|头|株|棵|辆|台|套|间|处|张|批|年|个?月|日|天|周|小时|分钟|秒|岁|倍|折|成)';
const AMOUNT = new RegExp(
  String.raw`^[-+(]?(?:[¥$€£]|CNY|RMB|人民币|US\$)?[-+(]?(0|[1-9]\d*|\d{1,3}(?:,\d{3})+)?(?:[.,]\d*)?(E[-+]?\d+)?([%‰])?\)?(?:${UNIT}(?:/${UNIT})?)?\)?$`,
  'i',
);
/** Thousands and decimals are written into amounts and measures only, whatever the unit behind them. */
const MEASURE = /^[^\p{L}\d]*(?=[\d.]*[.,])\d+(?:,\d{3})*(?:\.\d+)?\D*$/u;

/**
 * Whether what is shown of a whole number is the number with the usual decoration: sign, currency, thousands, decimals, a
 * unit. What shows no digit at all (a dash for nothing, a numeral in Chinese) says nothing about the number either.
 */
export function saysAmount(shown: string, value: number): boolean {
  const text = squeezed(shown);
  if (!/\d/.test(text)) return true;
  const [all, whole = '', exponent, percent] = AMOUNT.exec(text) ?? [];
  if (all === undefined) return false;
  // More digits than the number has: the format writes digits of its own, such as the year of a contract.
  return percent !== undefined || exponent !== undefined || whole.replaceAll(',', '').length <= String(Math.abs(value)).length;
}

function isMeasure(shown: string): boolean {
  return MEASURE.test(squeezed(shown));
}

function squeezed(shown: string): string {
  return shown.normalize('NFKC').replaceAll(/\s/g, '');
}

const DAY_SECONDS = 86_400;
/** Excel keeps and shows fifteen digits; the rest of a longer number is lost before anybody exports it. */
const MAX_EXACT = 1e15;

/**
 * The number as the person sees it, where that is not the number itself. Dates carry no zone. A format never rounds: a number
 * with a fraction stays what is stored, also where the format shows a code.
 */
export function shownNumber(value: number, format: NumberFormat, date1904: boolean): string | number {
  switch (format.kind) {
    case 'date':
    case 'time':
      return shownInstant(value, format.kind, date1904) ?? value;
    case 'elapsed':
      return value < 0 ? value : formats.format(format.code, toSeconds(value)).trim();
    case 'code':
      if (Number.isInteger(value) && Math.abs(value) < MAX_EXACT) return formats.format(format.code, value).trim();
      break;
    default:
  }
  // In E notation, as Excel shows it: refused where a code is wanted, because its last digits are gone.
  return Number.isInteger(value) && Math.abs(value) >= MAX_EXACT ? value.toExponential(5).replace('e', 'E') : value;
}

/** The text of a cell with what its format writes around it (`"JS"@`). */
export function shownText(text: string, format: NumberFormat): string {
  return format.kind === 'text' && text !== ''
    ? formats
        .format(format.code, MARK)
        .trim()
        .replace(MARK, () => text)
    : text;
}

function shownInstant(value: number, kind: 'date' | 'time', date1904: boolean): string | null {
  const parts = formats.parse_date_code(toSeconds(value), { date1904 });
  if (!parts) return null;
  const [hour, minute, second] = [parts.H, parts.M, parts.S].map(twoDigits);
  const time = `${hour}:${minute}:${second}`;
  if (kind === 'time' && value < 1) return time;
  const day = `${String(parts.y).padStart(4, '0')}-${twoDigits(parts.m)}-${twoDigits(parts.d)}`;
  return time === '00:00:00' ? day : `${day} ${time}`;
}

/** Serials are fractions of a day, and miss the second by some microseconds. */
function toSeconds(serial: number): number {
  return Math.round(serial * DAY_SECONDS) / DAY_SECONDS;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
