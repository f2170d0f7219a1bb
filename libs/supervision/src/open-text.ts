import { maskText, type MaskOptions } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';

/** Of a covered text, so much is quoted: enough to find the place. */
const QUOTED_CHARS = 60;

/**
 * A text that a unit will read, without personal data: nobody there may learn who complained. Where something would be covered it is refused, with the
 * text as it would be shown, so that the author can put it otherwise; or covered, where the author has agreed to that.
 * Throws RefusedError('invalid').
 */
export function openText(
  label: string,
  text: string,
  { mask, cover }: { mask: MaskOptions; cover: boolean | 'not-offered' },
): string {
  const shown = maskedOnce(text, mask);
  if (shown === text || cover === true) return shown;
  const offer = cover === false ? '，或勾选“遮蔽后提交”' : '';
  throw new RefusedError(
    'invalid',
    `${label}里有姓名、电话、证件号、住址一类的个人信息，遮蔽后为：“${aroundChange(text, shown)}”。请删去后再提交${offer}。`,
  );
}

/** What stands in place of something covered: looks like an address itself, and is not covered again. */
const COVER_MARK = /(（[^（）]{1,8}已遮蔽）)/;

function maskedOnce(text: string, mask: MaskOptions): string {
  const parts = text.split(COVER_MARK);
  return parts.map((part) => (COVER_MARK.test(part) ? part : maskText(part, mask))).join('');
}

/** The covered text around the first place where it differs. */
function aroundChange(text: string, shown: string): string {
  let at = 0;
  while (at < shown.length && shown[at] === text[at]) at++;
  const start = Math.max(0, at - QUOTED_CHARS / 2);
  return `${start > 0 ? '…' : ''}${shown.slice(start, start + QUOTED_CHARS)}${start + QUOTED_CHARS < shown.length ? '…' : ''}`;
}
