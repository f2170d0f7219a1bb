import { isOpenCreditCode, type Contract, type FieldMeta, type FieldValue } from '@tianyan/contracts';
import { maskName, maskText, type Cover, type MaskOptions } from './mask-text.js';

/** Whether a field is shown only with a reason. */
export function isProtected(meta: FieldMeta): boolean {
  return meta.privacy === 'personal' || meta.privacy === 'secret';
}

/** Whether a value of a field is shown only with a reason: of a credit code it is the value that tells whether it is a firm's. */
export function isProtectedValue(meta: FieldMeta, text: string): boolean {
  return isProtected(meta) && !(meta.key === 'firm' && isOpenCreditCode(text));
}

/** A text longer than this is no name or number: it is covered as a whole. */
const MAX_NAME_CHARS = 30;

/** What stands where nothing of a value may be seen. */
export const COVERED = '（已遮蔽）';

/** A protected value as it may be shown to anyone signed in. */
export function coverText(meta: FieldMeta, text: string): string {
  if (meta.privacy === 'secret') return COVERED;
  const length = Array.from(text).length;
  if (length > MAX_NAME_CHARS) return `（个人信息已遮蔽，共 ${length} 字）`;
  // A number in full: its form says how much of it may be seen.
  const withoutNumbers = maskText(text);
  if (/^[\d\s()（）+-]{7,}$/.test(text) && withoutNumbers !== text) return withoutNumbers;
  if (meta.key === undefined)
    return /^[\d\s()（）+-]+$/.test(text) ? `****${text.slice(-2)}` : `（个人信息已遮蔽，共 ${length} 字）`;
  // A name with a number beside it: the name is what would be left.
  return /\d/.test(text) ? COVERED : maskName(text);
}

/** The value of a field as it may be shown; free text that is not personal still loses what is personal in it. */
export function maskValue(meta: FieldMeta, value: FieldValue, options: MaskOptions = {}): { value: FieldValue; masked: boolean } {
  if (value === null) return { value, masked: false };
  if (isProtectedValue(meta, String(value))) return { value: coverText(meta, String(value)), masked: true };
  if (meta.kind !== 'text' || typeof value !== 'string') return { value, masked: false };
  const masked = maskText(value, options);
  return { value: masked, masked: masked !== value };
}

/** One character is no name, and hides nothing where it is covered. */
const MIN_COVERED_CHARS = 2;

/** The protected values of records, to cover them wherever another text repeats them: a name in a title, in a note. */
export function coversOf(records: readonly { contract: Contract; fields: Readonly<Record<string, FieldValue>> }[]): Cover[] {
  const covers = new Map<string, string>();
  for (const { contract, fields } of records) {
    for (const [name, meta] of Object.entries(contract.fields)) {
      const value = fields[name];
      if (typeof value === 'string' && isProtectedValue(meta, value) && value.trim().length >= MIN_COVERED_CHARS)
        covers.set(value.trim(), coverText(meta, value.trim()));
    }
  }
  return longestFirst(covers);
}

/** A name that is part of another must not leave the rest uncovered. */
export function longestFirst(covers: ReadonlyMap<string, string>): Cover[] {
  return [...covers].sort(([a], [b]) => b.length - a.length);
}
