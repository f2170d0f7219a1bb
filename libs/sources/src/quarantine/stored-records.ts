import { recordHash, type AnyRecord, type FieldValue } from '@tianyan/contracts';
import { byIdTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { RecordOwners } from '../pipeline/record-owners.js';
import type { StoredContents } from '../snapshot-diff/snapshot-store.js';

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

/** Beside these, the columns of the record type. */
const contentSchema = z
  .object({ id: z.string(), op: z.enum(['upsert', 'delete']), version: z.coerce.number(), atMs: z.coerce.number() })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]));
type StoredContent = z.output<typeof contentSchema>;

/** So many rows are found faster by one thread than by several that have to be told what to do. */
const FEW_IDS = 200;

/** Which ids are taken, by whom and since when: a mended row must not speak for a record that is there already. */
export class StoredRecords implements RecordOwners, StoredContents {
  /** Of which type others than which source have records: from then on each id is looked up, so that to ask again is for nothing. */
  private readonly others = new Set<string>();

  constructor(private readonly warehouse: Pick<WarehouseReader, 'rows'>) {}

  async hasOthersThan(source: string, type: string): Promise<boolean> {
    const asked = `${type} ${source}`;
    if (this.others.has(asked)) return true;
    const rows = await this.warehouse.rows({
      sql: `SELECT 1 FROM ${byIdTable(type)} WHERE source <> {source:String} LIMIT 1`,
      params: { source },
    });
    if (rows.length > 0) this.others.add(asked);
    return rows.length > 0;
  }

  async ownersOf(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...(await this.find(type, ids))].map(([id, { source }]) => [id, source]));
  }

  /** @param ids at most as many as one page yields */
  async find(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    if (ids.length === 0) return new Map();
    const rows = await readRows(this.warehouse, rowSchema, {
      sql: `SELECT id, source, version, receivedAtMs, hash FROM ${byIdTable(type)}
        WHERE id IN (SELECT arrayJoin({ids:Array(String)})) ORDER BY ver DESC LIMIT 1 BY id${ids.length <= FEW_IDS ? ' SETTINGS max_threads = 1' : ''}`,
      params: { ids: [...new Set(ids)] },
    });
    return new Map(rows.map((row) => [row.id, row]));
  }

  async holding(type: string, records: readonly AnyRecord[]): Promise<ReadonlySet<string>> {
    if (records.length === 0) return new Set();
    const rows = await readRows(this.warehouse, contentSchema, {
      sql: `SELECT * FROM ${byIdTable(type)}
        WHERE id IN (SELECT arrayJoin({ids:Array(String)})) ORDER BY ver DESC LIMIT 1 BY id`,
      params: { ids: [...new Set(records.map(({ id }) => id))] },
    });
    const stored = new Map(rows.map((row) => [row.id, row]));
    return new Set(records.filter((record) => saysTheSame(type, record, stored.get(record.id))).map(({ id }) => id));
  }
}

/** The raw text is taken to be the same: the caller has compared it. */
function saysTheSame(type: string, record: AnyRecord, stored: StoredContent | undefined): boolean {
  if (!stored) return false;
  const names = Object.keys(record.fields ?? {});
  const fields: Record<string, FieldValue> = Object.fromEntries(names.map((name) => [name, stored[name] ?? null]));
  const { op, version, atMs } = stored;
  const sameHash = (values: typeof fields) =>
    recordHash(type, { op, version, atMs, fields: values, raw: record.raw }) === record.hash;
  // The number of a row in its file is stored as a field and is no part of the hash.
  const isSameNumber = (name: string) => typeof fields[name] === 'number' && fields[name] === record.fields?.[name];
  return sameHash(fields) || names.some((name) => isSameNumber(name) && sameHash({ ...fields, [name]: null }));
}
