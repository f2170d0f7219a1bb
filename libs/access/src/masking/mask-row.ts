import type { ColumnUse, ColumnUses } from '@tianyan/contracts';
import { COVERED, coverText, isProtectedValue, longestFirst } from './mask-field.js';
import { coverKnown, maskText, type Cover, type MaskOptions } from './mask-text.js';

/** Shown for a column that no mapping names: nobody has said what it holds. */
export const UNKNOWN_COLUMN = '（未登记的列，已遮蔽）';
/** Shown for a text whose columns cannot be told apart. */
const UNREADABLE = (chars: number) => `（内容无法按列识别，已遮蔽，共 ${chars} 字）`;
/** Nesting that no upstream record needs; deeper is covered whole, so that a hostile record cannot exhaust the stack. */
const MAX_DEPTH = 32;
/** A longer name of a column is no name: a row of values was taken for the header. */
const MAX_COLUMN_NAME_CHARS = 40;

export interface RowOptions extends MaskOptions {
  /**
   * The row broke its contract: a column may hold what belongs into another, so codes are searched like texts; and whether
   * it was told in confidence cannot be trusted, so that content is closed.
   */
  refused?: boolean;
}

/**
 * A raw row as it may be shown to anyone signed in. What each column *is* decides: the mapping says which column feeds
 * which field, the contract says who may see the field. A column without a field is closed. Texts that may be seen lose the
 * values of the closed columns wherever they repeat them, and what is personal by its form.
 */
export function maskRow(raw: string, uses: ColumnUses, known: RowOptions = {}): string {
  const row = parsed(raw);
  if (row === undefined) return UNREADABLE(raw.length);
  const { described, unknown } = rowCovers(row, uses, known);
  const codeCovers = longestFirst(new Map([...(known.covers ?? []), ...described]));
  const covers = longestFirst(new Map([...unknown, ...codeCovers]));
  return JSON.stringify(shownNode(row, '', uses, { ...known, covers, codeCovers }), null, 2);
}

/** The values of closed columns of a raw row with what is shown for them: for texts beside it, such as the reason of a refusal. */
export function coversOfRow(raw: string, uses: ColumnUses, options: RowOptions = {}): Cover[] {
  const row = parsed(raw);
  if (row === undefined) return [];
  const { described, unknown } = rowCovers(row, uses, options);
  return longestFirst(new Map([...unknown, ...described]));
}

function parsed(raw: string): object | undefined {
  try {
    const row: unknown = JSON.parse(raw);
    return typeof row === 'object' && row !== null ? row : undefined;
  } catch {
    // Not JSON: a line of a file whose cells could not be told apart, or a broken message. Nothing of it is known.
    return undefined;
  }
}

/** Covers are looked for in every text of the row: more than these would take seconds, and no real row has as many. */
const MAX_COVERS = 500;
/** A longer value is a text of its own, which nothing repeats word for word. */
const MAX_COVER_CHARS = 200;

/** Values of columns that are known to be closed, and of those that nobody has described. */
interface RowCovers {
  described: Map<string, string>;
  unknown: Map<string, string>;
}

function rowCovers(row: object, uses: ColumnUses, options: RowOptions): RowCovers {
  const covers: RowCovers = { described: new Map(), unknown: new Map() };
  const visit = (node: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH || covers.described.size + covers.unknown.size >= MAX_COVERS) return;
    if (Array.isArray(node)) for (const item of node) visit(item, path, depth + 1);
    else if (typeof node === 'object' && node !== null) {
      for (const [name, value] of Object.entries(node)) visit(value, pathOf(path, name), depth + 1);
    } else {
      const text = typeof node === 'string' || typeof node === 'number' ? String(node).trim() : '';
      // A flag, a short code or a word of two letters says nothing, and would be covered all over the row.
      const least = /^[\dA-Za-z.]+$/.test(text) ? 5 : 2;
      const use = useOf(path, uses);
      if (text.length < least || text.length > MAX_COVER_CHARS || (use && !isClosed(use, text, options))) return;
      if (use) covers.described.set(text, shownClosed(use, text));
      else covers.unknown.set(text, COVERED);
    }
  };
  visit(row, '', 0);
  return covers;
}

function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Whether a value of a column is shown only with a reason. */
function isClosed(use: ColumnUse, text: string, { refused = false }: RowOptions): boolean {
  if (use.kind === 'digest') return true;
  return use.kind === 'field' && ((refused && use.guarded) || use.fields.some((meta) => isProtectedValue(meta, text)));
}

function shownClosed(use: ColumnUse, text: string): string {
  const meta = use.kind === 'field' ? use.fields.find((field) => isProtectedValue(field, text)) : undefined;
  return meta ? coverText(meta, text) : COVERED;
}

interface NodeOptions extends RowOptions {
  /** For codes: what is known to be closed. A word of a column that nobody has described may well be a code's too. */
  codeCovers: readonly Cover[];
}

function shownNode(node: unknown, path: string, uses: ColumnUses, options: NodeOptions, depth = 0): unknown {
  if (depth > MAX_DEPTH) return COVERED;
  if (Array.isArray(node)) return node.map((item) => shownNode(item, path, uses, options, depth + 1));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([name, value]) => {
        const inner = pathOf(path, name);
        return [uses.has(inner) ? name : shownName(name, options), shownNode(value, inner, uses, options, depth + 1)];
      }),
    );
  }
  if (node === null || node === '') return node;
  const use = useOf(path, uses);
  if (!use) return UNKNOWN_COLUMN;
  const text = typeof node === 'string' ? node : JSON.stringify(node);
  if (isClosed(use, text, options)) return shownClosed(use, text);
  if (typeof node === 'boolean') return node;
  const shown = shownOpen(text, use, options);
  return shown === text ? node : shown;
}

/** A column that is read whole as JSON text stands for everything inside it. */
function useOf(path: string, uses: ColumnUses): ColumnUse | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const use = uses.get(path.slice(0, end));
    if (use) return use;
  }
  return undefined;
}

/** A code is told by its contract and stays as it is; a text is searched, and so is what nobody has described. */
function shownOpen(text: string, use: ColumnUse, options: NodeOptions): string {
  const isCode = options.refused !== true && use.kind === 'field' && use.fields.every(({ kind }) => kind !== 'text');
  return isCode ? coverKnown(text, options.codeCovers) : maskText(text, options);
}

function shownName(name: string, options: MaskOptions): string {
  return name.length > MAX_COLUMN_NAME_CHARS ? UNKNOWN_COLUMN : maskText(name, options);
}
