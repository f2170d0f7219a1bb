import { coversOf, type Cover } from '@tianyan/access';
import type { Catalogue, Contract, Edit, FieldValue } from '@tianyan/contracts';
import type { SeenRef } from '@tianyan/findings';
import type { EvidenceRef } from '@tianyan/rules';
import { logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** One stored version of a record, as the record log holds it. */
export interface LoggedRecord {
  contract: Contract;
  id: string;
  source: string;
  version: number;
  streamOffset: number;
  atMs: number;
  receivedAtMs: number;
  hash: string;
  fields: Readonly<Record<string, FieldValue>>;
  /** A person had a hand in it. */
  edit: Edit | null;
  /** A later version of the record has arrived. */
  corrected: boolean;
}

const envelopeSchema = z.looseObject({
  id: z.string(),
  source: z.string(),
  version: z.number(),
  streamOffset: z.number(),
  atMs: z.number(),
  receivedAtMs: z.number(),
  hash: z.string(),
  editedBy: z.string(),
  reviewedBy: z.string(),
  editReason: z.string(),
  editOf: z.string(),
});
const rawSchema = z.object({ raw: z.string() });
const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Versions of the evidence's records that are read at most; beyond it a correction may go unmentioned, nothing worse. */
const MAX_VERSIONS = 5_000;

/** Finds the records that prove a finding, in exactly the version that proved it. */
export class EvidenceReader {
  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly catalogue: Catalogue,
  ) {}

  /** In the order of `refs`; null where the log no longer holds that version or the type is unknown. */
  records(refs: readonly SeenRef[]): Promise<(LoggedRecord | null)[]> {
    return this.logged(refs);
  }

  /** What of any records, seen or not, has to be covered in a text: who stands in them. Of the records nothing is told. */
  async covers(refs: readonly EvidenceRef[]): Promise<Cover[]> {
    return coversOf((await this.logged(refs)).filter((record) => record !== null));
  }

  /** The record as its source sent it; null if the log no longer holds it. */
  async raw(ref: SeenRef): Promise<string | null> {
    const [row] = await readRows(this.warehouse, rawSchema, {
      sql: `SELECT raw FROM ${logTable(ref.type)} WHERE id = {id:String} AND version = {version:Int64} AND streamOffset = {streamOffset:Int64} AND tombstone = 0 LIMIT 1`,
      params: { id: ref.id, version: ref.version, streamOffset: ref.streamOffset },
    });
    return row?.raw ?? null;
  }

  private async logged(refs: readonly EvidenceRef[]): Promise<(LoggedRecord | null)[]> {
    const byType = Map.groupBy(refs, (ref) => ref.type);
    const found = new Map<string, LoggedRecord>();
    for (const [type, ofType] of byType) {
      const contract = this.catalogue.find(type);
      if (!contract) continue;
      for (const record of await this.versions(contract, ofType)) found.set(keyOf(type, record), record);
    }
    return refs.map((ref) => found.get(keyOf(ref.type, ref)) ?? null);
  }

  private async versions(contract: Contract, refs: readonly EvidenceRef[]): Promise<LoggedRecord[]> {
    const names = Object.keys(contract.fields);
    const rows = await readRows(this.warehouse, envelopeSchema, {
      sql: `SELECT id, source, version, streamOffset, atMs, receivedAtMs, hash, editedBy, reviewedBy, editReason, editOf, ${names.join(', ')} FROM ${logTable(contract.type)}
        WHERE id IN (SELECT arrayJoin({ids:Array(String)})) AND tombstone = 0 ORDER BY version DESC, streamOffset DESC LIMIT ${MAX_VERSIONS}`,
      params: { ids: [...new Set(refs.map((ref) => ref.id))] },
    });
    const newest = new Map<string, string>();
    return rows.map((row) => {
      const { id, source, version, streamOffset, atMs, receivedAtMs, hash, editedBy, reviewedBy, editReason, editOf, ...rest } =
        row;
      const edit = editedBy === '' ? null : { editedBy, reviewedBy, editReason, editOf };
      const key = keyOf(contract.type, { id, version, streamOffset });
      if (!newest.has(id)) newest.set(id, key);
      const fields = Object.fromEntries(names.map((name) => [name, valueSchema.parse(rest[name] ?? null)]));
      return {
        contract,
        id,
        source,
        version,
        streamOffset,
        atMs,
        receivedAtMs,
        hash,
        fields,
        edit,
        corrected: newest.get(id) !== key,
      };
    });
  }
}

function keyOf(type: string, ref: { id: string; version: number; streamOffset: number }): string {
  return JSON.stringify([type, ref.id, ref.version, ref.streamOffset]);
}
