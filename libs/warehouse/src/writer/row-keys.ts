import { isRowKey, type Contract, type RowKeys } from '@tianyan/contracts';
import { chinaDayOf } from '@tianyan/kernel';
import type { Line } from '../line.js';

/** Rows whose codes an announcement names: some tens of kilobytes. Above that a question costs less than they do. */
const MAX_NAMED_ROWS = 300;

/** By the `batch` that lines of the log stand under, the codes of its rows, each combination once; null where there are too many. */
export function rowKeys(contract: Contract, lines: readonly Line[]): Map<string, RowKeys[]> | null {
  if (lines.length > MAX_NAMED_ROWS) return null;
  const fields = Object.keys(contract.fields).filter((field) => isRowKey(contract, field));
  const byName = new Map<string, Map<string, RowKeys>>();
  for (const line of lines) {
    const row = JSON.parse(String(line)) as Readonly<Record<string, unknown>>; // a line of the log is an object of columns
    const keys: Record<string, string> = { atDay: chinaDayOf(Number(row['atMs'])) };
    for (const field of fields) {
      // A delete has no fields; where a column cannot be empty, its row has the empty text.
      const value = row[field] ?? (contract.fields[field]?.optional ? null : '');
      if (typeof value === 'string') keys[field] = value;
    }
    const name = String(row['batch']);
    const known = byName.get(name) ?? new Map<string, RowKeys>();
    byName.set(name, known.set(JSON.stringify(keys), keys));
  }
  return new Map([...byName].map(([name, known]) => [name, [...known.values()]]));
}
