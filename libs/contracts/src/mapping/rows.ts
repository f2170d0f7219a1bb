import { type Cell, EMPTY_WORDS, unguarded } from './cells.js';
import type { Condition, Scalar } from './condition.js';

export type { Cell } from './cells.js';

/** A row as read: an object from JSON, or the cells of a file under their column names. */
export type Row = Readonly<Record<string, unknown>>;

/** The row in hand, and for `each` the row it was taken from. */
export interface RowScope {
  row: Row;
  parent: Row | null;
}

/** Blanks that `trim` does not know: zero-width ones that copying from web pages leaves behind. */
const EDGE_ZERO_WIDTH = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g;

/** Text without blanks around it (full-width ones too); null if nothing is left. */
export function trimmed(text: string): string | null {
  const plain = text.trim();
  if (plain === '') return null;
  const first = plain.charCodeAt(0);
  const last = plain.charCodeAt(plain.length - 1);
  if ((first >= 0x200b && first <= 0x2060) || (last >= 0x200b && last <= 0x2060))
    return plain.replaceAll(EDGE_ZERO_WIDTH, '') || null;
  return plain;
}

/** Words that mean nothing, as a mapping has them. */
export type EmptyWords = ReadonlySet<string>;

/** For a column where some of them have a meaning. */
export function without(empty: EmptyWords, meant: ReadonlySet<string>): EmptyWords {
  return new Set([...empty].filter((word) => !meant.has(word)));
}

export const DEFAULT_EMPTY_WORDS: EmptyWords = new Set(EMPTY_WORDS);

/** Reads a column or path; objects and arrays become their JSON text. What means nothing is null. */
export function cellReader(path: string, empty: EmptyWords = DEFAULT_EMPTY_WORDS): (scope: RowScope) => Cell {
  const fromParent = path.startsWith('^');
  const name = fromParent ? path.slice(1) : path;
  const value = valueReader(name);
  return (scope) => {
    const row = fromParent ? scope.parent : scope.row;
    if (row === null) return null;
    const cell = toCell(value(row));
    return typeof cell === 'string' && empty.has(cell) ? null : cell;
  };
}

/** A column may itself be named with dots, so the whole name is tried before its parts. */
export function valueReader(name: string): (row: Row) => unknown {
  if (!name.includes('.')) return (row) => (Object.hasOwn(row, name) ? row[name] : undefined);
  const parts = name.split('.');
  return (row) => {
    if (Object.hasOwn(row, name)) return row[name];
    let value: unknown = row;
    for (const part of parts) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
      value = (value as Record<string, unknown>)[part]; // an object, as tested above
    }
    return value;
  };
}

function toCell(value: unknown): Cell {
  switch (typeof value) {
    case 'string': {
      const text = trimmed(value);
      return text === null ? null : trimmed(unguarded(text));
    }
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : JSON.stringify(value);
    default:
      return null;
  }
}

/** A word that a condition asks for by name is compared, whatever it means elsewhere. */
export function conditionTest(condition: Condition, empty: EmptyWords = DEFAULT_EMPTY_WORDS): (scope: RowScope) => boolean {
  if ('all' in condition) {
    const tests = condition.all.map((inner) => conditionTest(inner, empty));
    return (scope) => tests.every((test) => test(scope));
  }
  if ('any' in condition) {
    const tests = condition.any.map((inner) => conditionTest(inner, empty));
    return (scope) => tests.some((test) => test(scope));
  }
  if ('not' in condition) {
    const test = conditionTest(condition.not, empty);
    return (scope) => !test(scope);
  }
  const accepted = new Set('is' in condition ? [asText(condition.is)] : 'in' in condition ? condition.in.map(asText) : []);
  const cell = cellReader(condition.from, without(empty, accepted));
  if ('present' in condition) return (scope) => (cell(scope) !== null) === condition.present;
  if ('startsWith' in condition) return (scope) => String(cell(scope) ?? '').startsWith(condition.startsWith);
  if ('contains' in condition) return (scope) => String(cell(scope) ?? '').includes(condition.contains);
  return (scope) => {
    const value = cell(scope);
    return value !== null && accepted.has(asText(value));
  };
}

function asText(value: Scalar): string {
  return String(value);
}

/** The value at a dotted path in parsed JSON; undefined if there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return typeof value === 'object' && value !== null ? valueReader(path)(value as Row) : undefined; // an object, as tested
}
