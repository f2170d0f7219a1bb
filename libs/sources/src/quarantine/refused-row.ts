import type { FieldProblem } from '@tianyan/contracts';
import { contentHash } from '@tianyan/kernel';

/** What is wrong with one field, without what stood in it: reasons are read by people who may not see the cell. */
export type RefusedField = Omit<FieldProblem, 'raw'>;

/** A row that could not become a record. */
export interface RefusedRow {
  source: string;
  feed: string;
  /** Null where not even the record type could be told (malformed JSON). */
  type: string | null;
  recordId: string | null;
  /** Of the record, if at least that could be read. */
  version: number | null;
  /** The first field that is wrong; null where the row itself is broken. */
  field: string | null;
  label: string | null;
  /** Chinese; names every problem, and quotes no cell. */
  reason: string;
  /** Empty where the row itself is broken. */
  problems: readonly RefusedField[];
  raw: string;
  /** Of a row from a file: which of its rows, from 1; null otherwise. */
  rowNumber: number | null;
}

/** Rows with one key broke in the same way: same feed, type, fields and reasons, whatever numbers the reasons name. */
export function groupKeyOf(row: RefusedRow): string {
  const kinds = row.problems.length > 0 ? row.problems.map(({ field, reason }) => [field, kindOf(reason)]) : [kindOf(row.reason)];
  return contentHash(JSON.stringify([row.source, row.feed, row.type, kinds]));
}

/** `过长：123 字，最多 100 字` and `过长：124 字，最多 100 字` are one mistake. */
function kindOf(reason: string): string {
  return reason.replaceAll(/\d+/g, 'N');
}
