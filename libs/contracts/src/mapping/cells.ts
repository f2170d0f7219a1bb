/** A cell as read: text, or what JSON and workbooks state as number or flag; null where nothing stands. */
export type Cell = string | number | boolean | null;

/**
 * Texts that systems and people put where there is nothing. Taken as content, the absence of a resolution (`/`) would be a
 * resolution. A mapping may name its own with `empty`.
 */
export const EMPTY_WORDS: readonly string[] = ['null', 'NULL', 'Null', '(null)', String.raw`\N`, '-', '--', '—', '——', '/'];

/** Where no text is expected these say nothing either; in a text, or as a flag, they do. */
const EMPTY_VALUE_WORDS: ReadonlySet<string> = new Set(['无', '暂无']);

export function saysNothing(text: string): boolean {
  return EMPTY_VALUE_WORDS.has(text);
}

const ERROR_VALUES: ReadonlySet<string> = new Set([
  '#N/A',
  '#REF!',
  '#VALUE!',
  '#DIV/0!',
  '#NAME?',
  '#NULL!',
  '#NUM!',
  '#SPILL!',
  '#CALC!',
  '#GETTING_DATA',
]);

/** What a spreadsheet shows when it could not work a cell out: nobody's name, and no amount. */
export function isErrorValue(cell: Cell): cell is string {
  return typeof cell === 'string' && ERROR_VALUES.has(cell);
}

/**
 * Without the guards by which people keep a spreadsheet from turning a code into a number: `="001"` and `'001`. Kept, the
 * same code would be two.
 */
export function unguarded(text: string): string {
  const first = text.charCodeAt(0);
  if (first === EQUALS && text.startsWith('="') && text.endsWith('"') && text.length > 2)
    return text.slice(2, -1).replaceAll('""', '"');
  return first === APOSTROPHE && /^'\d/.test(text) ? text.slice(1) : text;
}

const EQUALS = '='.charCodeAt(0);
const APOSTROPHE = "'".charCodeAt(0);

/** A long number as a spreadsheet shows it in a narrow cell: most of its digits are gone. */
const SHORTENED = /^[+-]?\d(\.\d+)?E[+-]\d{2,}$/i;

export function isShortened(text: string): boolean {
  return SHORTENED.test(text);
}

/** Spreadsheets keep fifteen digits of a number; a longer code that was stored as one has had its last digits made zero. */
export const MAX_EXACT_CODE = 999_999_999_999_999;
