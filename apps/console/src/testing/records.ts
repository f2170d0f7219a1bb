import {
  hashOf,
  LOAD_HEADER,
  recordTopic,
  toWire,
  wireHeaders,
  type AnyRecord,
  type Contract,
  type FieldValues,
} from '@tianyan/contracts';
import type { EvidenceRef } from '@tianyan/rules';
import { TombstoneWriter, type WarehouseAdmin, type WriterMessage } from '@tianyan/warehouse';

export interface TestRecord {
  id: string;
  version?: number;
  atMs: number;
  raw: string;
  fields: FieldValues;
}

let lastOffset = 0;

/** Writes records the way the writer app does; returns evidence that points at them. */
export async function writeRecords(
  warehouse: WarehouseAdmin,
  contract: Contract,
  records: readonly TestRecord[],
  role: string,
  /** The announced load that brings them. */
  load: string | null = null,
): Promise<EvidenceRef[]> {
  const refs: EvidenceRef[] = [];
  const messages = records.map(({ id, version = 1, atMs, raw, fields }): WriterMessage => {
    const empty = Object.fromEntries(Object.keys(contract.fields).map((name) => [name, null]));
    const record: AnyRecord = {
      id,
      source: 'test',
      version,
      op: 'upsert',
      atMs,
      receivedAtMs: atMs,
      hash: hashOf(raw),
      raw,
      fields: { ...empty, ...fields },
    };
    const offset = ++lastOffset;
    refs.push({ type: contract.type, id, version, streamOffset: offset, hash: record.hash, atMs, role });
    return {
      key: id,
      value: toWire(record),
      headers: { ...wireHeaders(record), ...(load === null ? {} : { [LOAD_HEADER]: load }) },
      offset,
    };
  });
  const [first, ...rest] = messages;
  if (!first) return refs;
  const writer = new TombstoneWriter(warehouse, async (_, reason) => Promise.reject(new Error(reason)));
  await writer.write(
    { topic: recordTopic(contract.type), partition: 0, messages: [first, ...rest], assertOwned: async () => {} },
    contract,
  );
  return refs;
}
