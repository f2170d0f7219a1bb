import type { Contract, FieldMeta, FieldValue, FieldValues } from '@tianyan/contracts';

const MOBILE = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;
const IDENTITY_CARD = /(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)/g;
const LANDLINE = /(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)/g;

/** Covers telephone and identity-card numbers wherever they stand in a text. */
export function maskNumbers(text: string): string {
  return text.replaceAll(IDENTITY_CARD, '$1********$2').replaceAll(MOBILE, '$1****$2').replaceAll(LANDLINE, '$1****$2');
}

/** 张三 → 张*, 欧阳小明 → 欧***; an organisation keeps its first two characters. */
export function maskName(name: string): string {
  const characters = Array.from(name.trim());
  if (characters.length === 0) return '';
  const shown = characters.length > 4 ? 2 : 1;
  return characters.slice(0, shown).join('') + '*'.repeat(Math.min(Math.max(characters.length - shown, 1), 6));
}

/** Whether a field is shown only with a reason. */
export function isProtected(meta: FieldMeta): boolean {
  return meta.privacy === 'personal' || meta.privacy === 'secret';
}

/** A text longer than this is no name or number: it is covered as a whole. */
const MAX_NAME_CHARS = 30;

/** A protected value as it may be shown to anyone signed in. */
function coverText(meta: FieldMeta, text: string): string {
  if (meta.privacy === 'secret') return '（已遮蔽）';
  const withoutNumbers = maskNumbers(text);
  if (withoutNumbers !== text && text.length <= MAX_NAME_CHARS) return withoutNumbers;
  if (text.length > MAX_NAME_CHARS || meta.key === undefined) return `（个人信息已遮蔽，共 ${Array.from(text).length} 字）`;
  return maskName(text);
}

/** The value of a field as it may be shown; free text that is not personal still loses telephone numbers. */
export function maskValue(meta: FieldMeta, value: FieldValue): { value: FieldValue; masked: boolean } {
  if (value === null) return { value, masked: false };
  if (isProtected(meta)) return { value: coverText(meta, String(value)), masked: true };
  if (meta.kind !== 'text' || typeof value !== 'string') return { value, masked: false };
  const masked = maskNumbers(value);
  return { value: masked, masked: masked !== value };
}

/** Names under which upstream systems send personal data; used where no contract tells, e.g. in quarantine. */
const PERSONAL_KEY =
  /姓名|诉求人|联系人|电话|手机|身份证|住址|phone|mobile|tel(ephone)?$|caller|contact|name$|idcard|lessee|payee|bidder|winner|承租|户名|经手|审批人|竞买人|成交人/i;

/**
 * The raw text of a record with personal data covered: every protected value of the parsed record, wherever the raw text
 * repeats it, what stands under a telling key, and every telephone or identity number.
 */
export function maskRaw(raw: string, known: { contract: Contract; fields: FieldValues } | null): string {
  const covers = known === null ? [] : protectedValues(known.contract, known.fields);
  const cover = (text: string): string => maskNumbers(covers.reduce((rest, [value, mask]) => rest.replaceAll(value, mask), text));
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    // Not JSON (a line of a spreadsheet): only what is known can be covered.
    return cover(raw);
  }
  return JSON.stringify(coverTree(parsed, '', cover), null, 2);
}

/** Longest first: a name that is part of another must not leave the rest uncovered. One character is no name. */
function protectedValues(contract: Contract, fields: FieldValues): (readonly [string, string])[] {
  return Object.entries(contract.fields)
    .flatMap(([name, meta]) => {
      const value = fields[name];
      return isProtected(meta) && typeof value === 'string' && value.length > 1 ? [[value, coverText(meta, value)] as const] : [];
    })
    .sort(([a], [b]) => b.length - a.length);
}

/** Nesting that no upstream record needs; deeper is covered whole, so that a hostile record cannot exhaust the stack. */
const MAX_DEPTH = 32;

function coverTree(node: unknown, key: string, cover: (text: string) => string, depth = 0): unknown {
  if (depth > MAX_DEPTH) return '（已遮蔽）';
  if (typeof node === 'string') {
    const covered = cover(node);
    return covered === node && PERSONAL_KEY.test(key)
      ? node.length > MAX_NAME_CHARS
        ? '（个人信息已遮蔽）'
        : maskName(node)
      : covered;
  }
  // A telephone number sent as a number.
  if (typeof node === 'number')
    return PERSONAL_KEY.test(key)
      ? '（已遮蔽）'
      : typeof node === 'number' && cover(String(node)) !== String(node)
        ? cover(String(node))
        : node;
  if (Array.isArray(node)) return node.map((item) => coverTree(item, key, cover, depth + 1));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, coverTree(value, name, cover, depth + 1)]));
  }
  return node;
}
