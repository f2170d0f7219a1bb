import type { Reach } from '@tianyan/access';
import { fieldOfKey, isOpenField, isSupplied, type Catalogue, type Contract } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import type { Directory } from '@tianyan/rules';
import { byIdTable, currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { PagedPlaceKind } from '../api/index.js';
import {
  READ_LIMITS,
  withinReachOf,
  type Condition,
  type CurrentRecord,
  type CurrentRecords,
} from '../timelines/current-records.js';
import { inTime } from '../timelines/in-time.js';

/** Whose records are asked for, and by whom. */
export interface AskedPlace {
  reach: Reach;
  directory: Directory;
  kind: PagedPlaceKind;
  code: string;
}

/** Counts of one record type, in the order of the periods. */
interface TypeCounts {
  contract: Contract;
  perPeriod: readonly number[];
}

const IN_RANGE = 'atMs >= {fromMs:Int64} AND atMs < {beforeMs:Int64}';

/** Versions among which a record that stands is looked for; not one of so many stands only where a source has taken back all of them. */
const MAX_LOOKED_AT = 1_000;

const countSchema = z.object({ period: z.number(), count: z.number() });

/** What sources have recorded about a unit, township or village. */
export class PlaceRecords {
  constructor(private readonly parts: { warehouse: WarehouseReader; records: CurrentRecords; catalogue: Catalogue }) {}

  /** Types without a record are left out. */
  async counts(asked: AskedPlace, bounds: { startsMs: readonly EpochMs[]; beforeMs: EpochMs }): Promise<readonly TypeCounts[]> {
    const counted = await Promise.all(
      this.namingTypes(asked).map(async ({ contract, where }) => ({
        contract,
        perPeriod: await this.perPeriod(contract, where, bounds),
      })),
    );
    return counted.filter(({ perPeriod }) => perPeriod.some((count) => count > 0));
  }

  /** Whether anything was recorded before an instant. */
  async hasBefore(asked: AskedPlace, beforeMs: EpochMs): Promise<boolean> {
    for (const { contract, where } of this.namingTypes(asked))
      if (await this.standsBefore(contract, where, beforeMs)) return true;
    return false;
  }

  /** Those of [fromMs, beforeMs), the newest first; one more than the limit where there are more. */
  async between(
    asked: AskedPlace,
    { fromMs, beforeMs, limit }: { fromMs: EpochMs; beforeMs: EpochMs; limit: number },
  ): Promise<readonly CurrentRecord[]> {
    const lists = await Promise.all(
      this.namingTypes(asked).map(({ contract, where }) => {
        const within = `${where.sql} AND ${IN_RANGE}`;
        const sql = `${candidates(contract, within)} AND ${within}`;
        const params = { ...where.params, fromMs, beforeMs };
        return inTime(() => this.parts.records.find(contract, byIdTable(contract.type), { sql, params }, limit + 1));
      }),
    );
    return lists
      .flat()
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(0, limit + 1);
  }

  private async perPeriod(
    contract: Contract,
    where: Condition,
    { startsMs, beforeMs }: { startsMs: readonly EpochMs[]; beforeMs: EpochMs },
  ): Promise<readonly number[]> {
    const [fromMs] = startsMs;
    if (fromMs === undefined) return [];
    const within = `${where.sql} AND ${IN_RANGE}`;
    const rows = await inTime(() =>
      readRows(this.parts.warehouse, countSchema, {
        sql: `SELECT toInt32(arrayCount(start -> start <= atMs, {startsMs:Array(Int64)})) AS period, count() AS count
          FROM ${byIdTable(contract.type)} FINAL
          WHERE deleted = 0 AND ${candidates(contract, within)} AND ${within} GROUP BY period ${READ_LIMITS}`,
        params: { ...where.params, startsMs, fromMs, beforeMs },
      }),
    );
    const byPeriod = new Map(rows.map(({ period, count }) => [period, count]));
    return startsMs.map((_, i) => byPeriod.get(i + 1) ?? 0);
  }

  /** The past of a unit is hundreds of thousands of steps: what stands is looked for among a few of them. */
  private async standsBefore(contract: Contract, where: Condition, beforeMs: EpochMs): Promise<boolean> {
    const before = `${where.sql} AND atMs < {beforeMs:Int64}`;
    const some = `id IN (SELECT id FROM ${currentTable(contract.type)} WHERE ${before} LIMIT ${MAX_LOOKED_AT})`;
    const found = await inTime(() =>
      this.parts.warehouse.rows({
        sql: `SELECT 1 AS stands FROM ${byIdTable(contract.type)} FINAL WHERE deleted = 0 AND ${some} AND ${before} LIMIT 1 ${READ_LIMITS}`,
        params: { ...where.params, beforeMs },
      }),
    );
    return found.length > 0;
  }

  /** What of each type belongs to the place, and may be seen by whoever asks. */
  private namingTypes(asked: AskedPlace): { contract: Contract; where: Condition }[] {
    return this.parts.catalogue
      .all()
      .filter(isSupplied)
      .flatMap((contract) => {
        // The directory says what the place is called; nothing happens there.
        if (contract.system === 'directory') return [];
        const named = namedBy(contract, asked);
        const open = named && openOnly(contract, named.field);
        if (!named || open === null) return [];
        // Where it lies is not said: it may be the matter of another township.
        if (!asked.reach.isWholeCounty && !saysPlace(contract)) return [];
        const within = withinReachOf(asked.reach, contract, asked.directory);
        return [
          { contract, where: { sql: `${named.sql} AND ${within.sql}${open}`, params: { ...named.params, ...within.params } } },
        ];
      });
  }
}

/** A table that is not sorted by the place is looked through without putting versions together, and only what it names is. */
function candidates(contract: Contract, where: string): string {
  return `id IN (SELECT id FROM ${currentTable(contract.type)} WHERE ${where})`;
}

/** How records of a type name the place; null: they do not. What names a village alone belongs to the village's township. */
function namedBy(
  contract: Contract,
  { directory, kind, code }: Pick<AskedPlace, 'directory' | 'kind' | 'code'>,
): (Condition & { field: string }) | null {
  const field = fieldOfKey(contract, kind);
  if (field !== null) return { field, sql: `${field} = {placeCode:String}`, params: { placeCode: code } };
  const village = kind === 'township' ? fieldOfKey(contract, 'village') : null;
  if (village === null) return null;
  const placeVillages = directory.divisions.flatMap((division) => (division.parentCode === code ? [division.code] : []));
  return { field: village, sql: `${village} IN (SELECT arrayJoin({placeVillages:Array(String)}))`, params: { placeVillages } };
}

/**
 * What was told in confidence is on the page of a place only where its contract leaves the place open; otherwise a count alone would say that
 * somebody has spoken there. Null: the records themselves do not say whether they are.
 */
function openOnly(contract: Contract, field: string): string | null {
  const rule = contract.confidentiality;
  if (!rule || isOpenField(contract, field)) return '';
  return rule.type === contract.type ? ` AND NOT ${rule.flag}` : null;
}

const saysPlace = (contract: Contract): boolean =>
  fieldOfKey(contract, 'township') !== null || fieldOfKey(contract, 'village') !== null;
