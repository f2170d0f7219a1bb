import type { Catalogue, Contract, FieldValue } from '@tianyan/contracts';
import { byIdTable, currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** Why a record's content is closed; null where it is not. `unknown`: what would tell has not arrived. */
export type Closed = 'confidential' | 'unknown' | null;

/** Keys asked for in one query: a page of findings or a finding's evidence names a few hundred. */
const MAX_KEYS_PER_QUERY = 1_000;

const flagSchema = z.object({ key: z.string(), confidential: z.union([z.boolean(), z.number(), z.null()]) });

const idSchema = z.object({ id: z.string() });

interface RecordLike {
  contract: Contract;
  fields: Readonly<Record<string, FieldValue>>;
}

/**
 * Tells which records belong to something told in confidence: its newest version says so, or the version in hand. Where the
 * order itself has not arrived or is gone, nobody knows, and its steps stay closed.
 */
export class ConfidentialRecords {
  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly catalogue: Catalogue,
  ) {}

  /** In the order of `records`. */
  async closed(records: readonly (RecordLike | null)[]): Promise<Closed[]> {
    const wanted = records.map((record) => {
      const rule = record?.contract.confidentiality;
      const key = rule && record ? record.fields[rule.key] : null;
      return rule && typeof key === 'string' ? { type: rule.type, flag: rule.flag, key } : null;
    });
    const byType = Map.groupBy(
      wanted.filter((each) => each !== null),
      ({ type }) => type,
    );
    const known = new Map<string, boolean>();
    for (const [type, ofType] of byType) {
      const [first] = ofType;
      if (!first) continue;
      const flags = await this.flags(type, first.flag, [...new Set(ofType.map(({ key }) => key))]);
      for (const [key, confidential] of flags) known.set(`${type}\n${key}`, confidential);
    }
    return wanted.map((each, index) => {
      const record = records[index];
      if (each === null) return record?.contract.confidentiality ? 'unknown' : null;
      if (record?.contract.type === each.type && record.fields[each.flag] === true) return 'confidential';
      const confidential = known.get(`${each.type}\n${each.key}`);
      return confidential === undefined ? 'unknown' : confidential ? 'confidential' : null;
    });
  }

  /** Which of the orders are confidential. */
  async confidentialOrders(orderIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rule = this.catalogue.find('hotline.order')?.confidentiality;
    if (!rule || orderIds.length === 0) return new Set();
    const flags = await this.flags(rule.type, rule.flag, [...new Set(orderIds)]);
    return new Set([...flags].filter(([, confidential]) => confidential).map(([orderId]) => orderId));
  }

  /**
   * Ids of findings that are about something told in confidence: an order that they name, or one of the orders of the one matter that they are about.
   * A finding about several people is not, though one of them may have spoken in confidence: its evidence is closed one by one.
   */
  async confidentialFindings(
    findings: readonly { id: string; orderIds: readonly string[]; orderRecordIds: readonly string[] }[],
  ): Promise<ReadonlySet<string>> {
    const [orders, records] = await Promise.all([
      this.confidentialOrders(findings.flatMap(({ orderIds }) => orderIds)),
      this.confidentialRecords(findings.flatMap(({ orderRecordIds }) => orderRecordIds)),
    ]);
    const closed = findings.filter(
      ({ orderIds, orderRecordIds }) => orderIds.some((id) => orders.has(id)) || orderRecordIds.some((id) => records.has(id)),
    );
    return new Set(closed.map(({ id }) => id));
  }

  /** Which of the records of orders are confidential, in any version: one that has not been merged away yet can only close more. */
  private async confidentialRecords(recordIds: readonly string[]): Promise<ReadonlySet<string>> {
    const contract = this.catalogue.find('hotline.order');
    const closed = new Set<string>();
    if (!contract?.confidentiality) return closed;
    const { type, confidentiality } = contract;
    const ids = [...new Set(recordIds)];
    for (let start = 0; start < ids.length; start += MAX_KEYS_PER_QUERY) {
      const rows = await readRows(this.warehouse, idSchema, {
        sql: `SELECT DISTINCT id FROM ${byIdTable(type)}
          WHERE ${confidentiality.flag} AND id IN (SELECT arrayJoin({ids:Array(String)})) LIMIT ${MAX_KEYS_PER_QUERY}`,
        params: { ids: ids.slice(start, start + MAX_KEYS_PER_QUERY) },
      });
      for (const { id } of rows) closed.add(id);
    }
    return closed;
  }

  private async flags(type: string, flag: string, keys: readonly string[]): Promise<Map<string, boolean>> {
    const rule = this.catalogue.find(type)?.confidentiality;
    if (!rule) throw new TypeError(`${type} has no confidentiality to ask for`);
    const flags = new Map<string, boolean>();
    for (let start = 0; start < keys.length; start += MAX_KEYS_PER_QUERY) {
      const rows = await readRows(this.warehouse, flagSchema, {
        // Without FINAL: an older version that has not been merged away yet can only close more.
        sql: `SELECT ${rule.key} AS key, max(${flag}) AS confidential FROM ${currentTable(type)}
          WHERE ${rule.key} IN (SELECT arrayJoin({keys:Array(String)})) GROUP BY key LIMIT ${MAX_KEYS_PER_QUERY}`,
        params: { keys: keys.slice(start, start + MAX_KEYS_PER_QUERY) },
      });
      for (const { key, confidential } of rows) flags.set(key, Boolean(confidential));
    }
    return flags;
  }
}
