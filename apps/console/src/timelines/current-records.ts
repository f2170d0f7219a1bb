import type { Reach } from '@tianyan/access';
import { fieldOfKey, type Contract, type FieldValue } from '@tianyan/contracts';
import { seenRefSchema, type SeenRef } from '@tianyan/findings';
import type { Directory } from '@tianyan/rules';
import { byIdTable, currentTable, readRows, scopeTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** A record as it stands. */
export interface CurrentRecord {
  contract: Contract;
  id: string;
  version: number;
  streamOffset: number;
  atMs: number;
  hash: string;
  fields: Readonly<Record<string, FieldValue>>;
}

/** Whoever waits longer asks again, and keeps the warehouse from others meanwhile. */
export const MAX_SECONDS = 3;
export const READ_LIMITS = `SETTINGS max_execution_time = ${MAX_SECONDS}`;

const envelopeSchema = z.looseObject({
  id: z.string(),
  version: z.number(),
  streamOffset: z.number(),
  atMs: z.number(),
  hash: z.string(),
});
const placeSchema = z.object({ townshipCode: z.string().nullable() });
/** Townships that records of one number may name; more would be a system out of control. */
const MAX_PLACES = 100;
const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Of a query, with the values of its parameters. */
export interface Condition {
  sql: string;
  params: Readonly<Record<string, unknown>>;
}

/** A record that was found within reach, as evidence names it. */
export function seenRefOf({ contract: { type }, id, version, streamOffset, hash, atMs }: CurrentRecord): SeenRef {
  return seenRefSchema.parse({ type, id, version, streamOffset, hash, atMs, role: '' });
}

/** Records as they stand, for people. */
export class CurrentRecords {
  constructor(private readonly warehouse: WarehouseReader) {}

  /**
   * Whether a thing lies within reach, by the records of a type that say what it is: all of them, since two systems may have given one number twice.
   * Null: there is no such record.
   */
  async isWithin(reach: Reach, contract: Contract, { field, code }: { field: string; code: string }): Promise<boolean | null> {
    const township = fieldOfKey(contract, 'township');
    if (township === null) throw new TypeError(`${contract.type} says no township`);
    const places = await readRows(this.warehouse, placeSchema, {
      sql: `SELECT DISTINCT ${township} AS townshipCode FROM ${scopeTable(contract, [field])} FINAL
        WHERE deleted = 0 AND ${field} = {code:String} LIMIT ${MAX_PLACES} ${READ_LIMITS}`,
      params: { code },
    });
    return places.length === 0 ? null : places.every(({ townshipCode }) => reach.covers(townshipCode));
  }

  /**
   * Those of a type that name one of some things, the newest first. What names no place itself is that of the thing: whoever asks has to have seen
   * that the things are within reach.
   */
  async naming(
    { reach, directory }: { reach: Reach; directory: Directory },
    contract: Contract,
    named: { field: string; codes: readonly string[]; limit: number },
  ): Promise<CurrentRecord[]> {
    const { field, codes, limit } = named;
    const isNamed = `${field} IN (SELECT arrayJoin({codes:Array(String)}))`;
    const isScope = contract.scopes.some(([first]) => first === field);
    const within = withinReachOf(reach, contract, directory);
    // A table that is not sorted by the field is looked through without putting versions together, and only what it names is.
    const candidates = `id IN (SELECT id FROM ${currentTable(contract.type)} WHERE ${isNamed})`;
    const table = isScope ? scopeTable(contract, [field]) : byIdTable(contract.type);
    const where = [...(isScope ? [] : [candidates]), isNamed, within.sql].join(' AND ');
    return this.find(contract, table, { sql: where, params: { codes, ...within.params } }, limit);
  }

  /**
   * Those whose number begins with a text or whose words hold it, the newest first. What was told in confidence is found by its number alone. The
   * words are those of the source: what of them may be shown is the caller's to see.
   */
  async saying(
    { reach, directory }: { reach: Reach; directory: Directory },
    contract: Contract,
    asked: { codeField: string; textField: string; text: string; limit: number },
  ): Promise<CurrentRecord[]> {
    const { codeField, textField, text, limit } = asked;
    const within = withinReachOf(reach, contract, directory);
    const open = contract.confidentiality ? `AND NOT ${contract.confidentiality.flag}` : '';
    const where = `(startsWith(${codeField}, {text:String}) OR (positionCaseInsensitiveUTF8(${textField}, {text:String}) > 0 ${open})) AND ${within.sql}`;
    const candidates = `SELECT ${codeField} FROM ${currentTable(contract.type)} WHERE ${where} ORDER BY atMs DESC LIMIT ${limit}`;
    const sql = `${codeField} IN (${candidates}) AND ${where}`;
    return this.find(contract, currentTable(contract.type), { sql, params: { text, ...within.params } }, limit);
  }

  /** Those that a condition chooses, the newest first. Whoever asks has to have put the reach into the condition: {@link withinReachOf}. */
  async find(contract: Contract, table: string, { sql, params }: Condition, limit: number): Promise<CurrentRecord[]> {
    const names = Object.keys(contract.fields);
    const rows = await readRows(this.warehouse, envelopeSchema, {
      sql: `SELECT id, version, streamOffset, atMs, hash, ${names.join(', ')} FROM ${table} FINAL
        WHERE deleted = 0 AND ${sql} ORDER BY atMs DESC, id LIMIT ${limit} ${READ_LIMITS}`,
      params,
    });
    return rows.map(({ id, version, streamOffset, atMs, hash, ...rest }) => {
      const fields = Object.fromEntries(names.map((name) => [name, valueSchema.parse(rest[name] ?? null)]));
      return { contract, id, version, streamOffset, atMs, hash, fields };
    });
  }
}

/** A record with a village alone is that of the village's township, by the directory. */
export function withinReachOf(reach: Reach, contract: Contract, directory: Directory): Condition {
  const townships = reach.townshipCodes;
  const township = fieldOfKey(contract, 'township');
  const village = fieldOfKey(contract, 'village');
  if (townships === null) return { sql: '1', params: {} };
  if (township !== null) return { sql: `${township} IN (SELECT arrayJoin({townships:Array(String)}))`, params: { townships } };
  if (village === null) return { sql: '1', params: {} };
  const villages = directory.divisions.flatMap(({ code, parentCode }) => (reach.covers(parentCode) ? [code] : []));
  return { sql: `${village} IN (SELECT arrayJoin({villages:Array(String)}))`, params: { villages } };
}
