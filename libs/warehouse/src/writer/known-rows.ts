import type { Contract } from '@tianyan/contracts';
import { z } from 'zod';
import type { WarehouseReader } from '../port.js';
import { readRows } from '../rows.js';
import { currentColumns } from '../schema/columns.js';
import { byIdTableOf } from '../schema/tables.js';

/** Ids of one look-up: IN over more is slow in ClickHouse (56 ms at 35,000 keys, 65 s at 50,000). */
export const MAX_IDS_PER_LOOKUP = 10_000;

/** So many are found faster by one thread than by several that have to be told what to do. */
const FEW_IDS = 200;

const knownSchema = z.object({
  id: z.string(),
  version: z.number(),
  streamOffset: z.number(),
  deleted: z.number(),
  op: z.enum(['upsert', 'delete']),
  batch: z.string(),
  /** The columns of the row that a tombstone of it repeats, as the inside of a JSON object. */
  copy: z.string(),
});

/** A row of the copy by id: one content of an id in one place, live or dead. */
export type KnownRow = z.output<typeof knownSchema>;

/** Columns that the tombstone gets anew. */
const OWN_OF_TOMBSTONE = new Set(['batch', 'deleted', 'tombstone', 'ver']);

function lookupSql(contract: Contract, few: boolean): string {
  const copied = currentColumns(contract)
    .map((column) => column.name)
    .filter((name) => !OWN_OF_TOMBSTONE.has(name));
  const { name, sortKey } = byIdTableOf(contract);
  // FINAL would hide dead rows, and a delete that came before its record with them. The text of the copy is made by
  // ClickHouse, so that no number and no date passes through JavaScript.
  return `SELECT id, version, streamOffset, deleted, op, batch, formatRowNoNewline('JSONEachRow', ${copied.join(', ')}) AS copy
    FROM ${name}
    WHERE id IN (SELECT arrayJoin({ids:Array(String)}))
    ORDER BY ver DESC LIMIT 1 BY ${sortKey.join(', ')}${few ? ' SETTINGS max_threads = 1' : ''}`;
}

/** All rows of these ids, dead ones too: every content and place in which one of them ever stood. */
export async function findKnownRows(
  warehouse: WarehouseReader,
  contract: Contract,
  ids: readonly string[],
): Promise<Map<string, KnownRow[]>> {
  const found = new Map<string, KnownRow[]>();
  for (let start = 0; start < ids.length; start += MAX_IDS_PER_LOOKUP) {
    const rows = await readRows(warehouse, knownSchema, {
      sql: lookupSql(contract, ids.length <= FEW_IDS),
      params: { ids: ids.slice(start, start + MAX_IDS_PER_LOOKUP) },
    });
    for (const row of rows) {
      const rowsOfId = found.get(row.id);
      if (rowsOfId) rowsOfId.push(row);
      else found.set(row.id, [row]);
    }
  }
  return found;
}
