import { valueAt, type Row } from '@tianyan/contracts';
import { parseJson } from '../pipeline/json.js';

/** The row as it was quarantined; null if its text is no row. */
export function rowOf(raw: string): Row | null {
  try {
    const value = parseJson(raw);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null; // an object, as tested
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What stands in a column, as text; null if nothing does. */
export function cellText(row: Row, column: string): string | null {
  const value = valueAt(row, column);
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  return text === '' ? null : text;
}

/** A copy of the row with another value in one column, where the mapping looks for it: under its whole name, else along its path. */
export function withCell(row: Row, column: string, value: string | null): Row {
  const dot = column.indexOf('.');
  const head = column.slice(0, dot);
  const inner = dot < 0 || Object.hasOwn(row, column) || !Object.hasOwn(row, head) ? null : row[head];
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return { ...row, [column]: value };
  return { ...row, [head]: withCell(inner as Row, column.slice(dot + 1), value) }; // an object, as tested
}
