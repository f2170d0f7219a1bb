import { byIdTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { RecordOwners } from '../pipeline/record-owners.js';

/** The newest that the warehouse holds of an id, deleted or not. */
export interface StoredRecord {
  id: string;
  source: string;
  version: number;
  /** County clock. */
  receivedAtMs: number;
  hash: string;
}

const rowSchema = z.object({
  id: z.string(),
  source: z.string(),
  version: z.coerce.number(),
  receivedAtMs: z.coerce.number(),
  hash: z.string(),
});

/** Which ids are taken, by whom and since when: a mended row must not speak for a record that is there already. */
export class StoredRecords implements RecordOwners {
  constructor(private readonly warehouse: WarehouseReader) {}

  async ownersOf(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...(await this.find(type, ids))].map(([id, { source }]) => [id, source]));
  }

  /** @param ids at most as many as one page yields */
  async find(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    if (ids.length === 0) return new Map();
    const rows = await this.warehouse.rows<unknown>({
      sql: `SELECT id, source, version, receivedAtMs, hash FROM ${byIdTable(type)}
        WHERE id IN (SELECT arrayJoin({ids:Array(String)})) ORDER BY ver DESC LIMIT 1 BY id`,
      params: { ids: [...new Set(ids)] },
    });
    return new Map(rows.map((row) => rowSchema.parse(row)).map((row) => [row.id, row]));
  }
}
