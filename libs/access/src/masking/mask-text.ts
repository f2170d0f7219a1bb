import { findNamesAndPlaces } from './names-and-places.js';
import { findNumbers } from './numbers.js';
import { plainTextOf, type PlainText } from './plain-text.js';
import type { Span } from './span.js';

/** A value that is known to be personal, and what is shown wherever it is repeated. */
export type Cover = readonly [value: string, shown: string];

export interface MaskOptions {
  /** Known personal values, the longest first. */
  covers?: readonly Cover[];
  /** Codes known to be harmless, e.g. the numbers of the orders that a text is about: no look-alike of a telephone. */
  keep?: readonly string[];
}

/** A longer text is searched in parts: no pattern then sees more than this at once. */
const MAX_PART_CHARS = 16_000;

/**
 * A free text without the personal data that can be told by its form: telephones, identity and bank cards, papers, e-mail,
 * accounts, plates, addresses, and names behind words that announce one. The last line of defence: what a field *is* comes
 * first (`maskValue`, `maskRow`), because a name alone has no form.
 */
export function maskText(text: string, options: MaskOptions = {}): string {
  const covered = coverKnown(text, options.covers ?? []);
  if (covered.length <= MAX_PART_CHARS) return maskPart(covered, options.keep ?? []);
  const parts: string[] = [];
  for (let start = 0; start < covered.length;) {
    // Between two sentences or lines, where one is: a number cut in two would not be known.
    const stretch = covered.slice(start, start + MAX_PART_CHARS);
    const cut = start + MAX_PART_CHARS < covered.length ? Math.max(stretch.lastIndexOf('\n'), stretch.lastIndexOf('。')) + 1 : 0;
    const end = cut > MAX_PART_CHARS / 2 ? start + cut : start + stretch.length;
    parts.push(maskPart(covered.slice(start, end), options.keep ?? []));
    start = end;
  }
  return parts.join('');
}

/** The text with known personal values covered, and nothing else. */
export function coverKnown(text: string, covers: readonly Cover[]): string {
  return covers.reduce((rest, [value, shown]) => (rest.includes(value) ? rest.replaceAll(value, () => shown) : rest), text);
}

function maskPart(text: string, keep: readonly string[]): string {
  const plainText = plainTextOf(text);
  const { plain } = plainText;
  const kept = keptSpans(plain, keep);
  const isKept = (span: Span) => kept.some(([start, end]) => start <= span.start && span.end <= end);
  const spans = [...findNumbers(plain), ...findNamesAndPlaces(plain)].filter((span) => !isKept(span));
  if (spans.length === 0) return text;
  return replaced(text, plainText, spans);
}

/** Shorter codes are no look-alikes of anything; to keep them would keep parts of real numbers. */
const MIN_KEPT_CHARS = 8;

function keptSpans(plain: string, keep: readonly string[]): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  for (const code of keep) {
    if (code.length < MIN_KEPT_CHARS) continue;
    for (let at = plain.indexOf(code); at >= 0; at = plain.indexOf(code, at + code.length)) spans.push([at, at + code.length]);
  }
  return spans;
}

function replaced(text: string, { plain, places }: PlainText, spans: readonly Span[]): string {
  let result = '';
  let doneTo = 0;
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const start = places[span.start] ?? 0;
    const end = places[span.end] ?? text.length;
    if (end <= doneTo) continue;
    // What begins inside the span before is the rest of it: nothing of it is shown.
    const shown = start < doneTo ? '**' : shownAs(span, plain.slice(span.start, span.end));
    result += text.slice(doneTo, Math.max(start, doneTo)) + shown;
    doneTo = end;
  }
  return result + text.slice(doneTo);
}

function shownAs({ kind }: Span, found: string): string {
  const signs = found.replaceAll(/[^\dA-Za-z]/g, '');
  switch (kind) {
    case 'phone':
      return shownPhone(found, signs);
    case 'card':
      return `${signs.slice(0, 6)}********${signs.slice(-4)}`;
    case 'bank':
      return `****${signs.slice(-4)}`;
    case 'document':
      return `${signs.slice(0, 1)}****${signs.slice(-2)}`;
    case 'plate':
      return `${found.replaceAll(/\s/g, '').slice(0, 2)}****`;
    case 'name':
      return maskName(found);
    case 'email':
      return '（邮箱已遮蔽）';
    case 'address':
      return '（地址已遮蔽）';
    case 'account':
      return '****';
  }
}

function shownPhone(found: string, signs: string): string {
  const mobile = /1[3-9]\d{9}$/.exec(signs);
  if (mobile) return `${mobile[0].slice(0, 3)}****${mobile[0].slice(-4)}`;
  const landline = /^\D{0,3}0\d{2,3}[)）]?-?/.exec(found);
  return landline && signs.length > 9 ? `${landline[0]}****${signs.slice(-4)}` : `****${signs.slice(-2)}`;
}

/** 张三 → 张*, 欧阳小明 → 欧***; an organisation keeps its first two characters. */
export function maskName(name: string): string {
  const characters = Array.from(name.trim());
  if (characters.length === 0) return '';
  const shown = characters.length > 4 ? 2 : 1;
  return characters.slice(0, shown).join('') + '*'.repeat(Math.min(Math.max(characters.length - shown, 1), 6));
}
