import type { Reach } from '@tianyan/access';
import { hotlineOrder } from '@tianyan/contracts';
import type { Clock, EpochMs } from '@tianyan/kernel';
import { currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { measureSurge, surgeSpans, type SurgeDays, type SurgeMeasure, type SurgeSpans } from './surge.js';

/** Surges that are shown; nobody goes after more at once. */
export const MAX_SURGES = 100;
/** Orders behind a surge that are listed, the newest. */
export const MAX_SURGE_ORDERS = 200;
const LIMITS = 'SETTINGS max_execution_time = 15';

export interface Surge extends SurgeMeasure {
  matter: string;
  level: 'township' | 'village';
  townshipCode: string;
  /** Null: the whole township. */
  villageCode: string | null;
}

export interface SurgeList extends SurgeSpans {
  /** The most unusual first, at most {@link MAX_SURGES}. */
  items: readonly Surge[];
  /** How many there are. */
  total: number;
}

export interface SurgeOrder {
  orderId: string;
  acceptedAtMs: EpochMs;
  status: string;
  leadUnitId: string | null;
}

const earliestRow = z.object({ earliestMs: z.number(), count: z.number() });
const countRow = z.object({
  matter: z.string(),
  townshipCode: z.string(),
  villageCode: z.string(),
  counts: z.array(z.number()),
});
const orderRow = z.object({
  orderId: z.string(),
  acceptedAtMs: z.number(),
  status: z.string(),
  leadUnitId: z.string().nullable(),
});

const ORDERS = `${currentTable(hotlineOrder.type)} FINAL`;
/** What was told in confidence is closed, and where: a count of a village and a matter would tell it. */
const COUNTED = 'deleted = 0 AND NOT confidential';
const WITHIN = `townshipCode IN (SELECT arrayJoin({townships:Array(String)}))`;

/** Matters that citizens complain of more than usual somewhere, within the reach of who asks. */
export class Surges {
  constructor(private readonly parts: { warehouse: WarehouseReader; countyClock: Clock }) {}

  async list(reach: Reach, days: SurgeDays): Promise<SurgeList> {
    const { warehouse } = this.parts;
    const nowMs = this.parts.countyClock.nowMs();
    const [earliest] = await readRows(warehouse, earliestRow, {
      sql: `SELECT min(atMs) AS earliestMs, count() AS count FROM ${ORDERS} WHERE deleted = 0`,
      params: {},
    });
    const spans = surgeSpans(days, nowMs, earliest && earliest.count > 0 ? earliest.earliestMs : null);
    const found = spans.basis === 'none' ? [] : surgesOf(days, await this.counts(reach, spans));
    return { ...spans, items: found.slice(0, MAX_SURGES), total: found.length };
  }

  /** Orders behind a surge, the newest first. */
  async orders(
    reach: Reach,
    days: SurgeDays,
    of: { matter: string; townshipCode: string; villageCode: string | null },
  ): Promise<readonly SurgeOrder[]> {
    const { now } = surgeSpans(days, this.parts.countyClock.nowMs(), null);
    const { sql: reached, params: townships } = reachOf(reach);
    const where = `${COUNTED} AND matter = {matter:String} AND townshipCode = {townshipCode:String} AND ${reached}
      ${of.villageCode === null ? '' : 'AND villageCode = {villageCode:String}'} AND atMs >= {fromMs:Int64} AND atMs < {beforeMs:Int64}`;
    const params = {
      ...townships,
      ...now,
      matter: of.matter,
      townshipCode: of.townshipCode,
      ...(of.villageCode !== null && { villageCode: of.villageCode }),
    };
    const sql = `SELECT orderId, atMs AS acceptedAtMs, status, leadUnitId FROM ${ORDERS} WHERE ${where}
      ORDER BY atMs DESC, orderId LIMIT ${MAX_SURGE_ORDERS} ${LIMITS}`;
    return readRows(this.parts.warehouse, orderRow, { sql, params });
  }

  /** Orders of each span, now first, by matter and village. */
  private async counts(reach: Reach, { now, usual }: SurgeSpans): Promise<z.output<typeof countRow>[]> {
    const all = [now, ...usual];
    const { sql: reached, params } = reachOf(reach);
    return readRows(this.parts.warehouse, countRow, {
      sql: `SELECT matter, assumeNotNull(townshipCode) AS townshipCode, ifNull(villageCode, '') AS villageCode,
          sumForEach(arrayMap((fromMs, beforeMs) -> toInt64(atMs >= fromMs AND atMs < beforeMs), {fromMs:Array(Int64)}, {beforeMs:Array(Int64)})) AS counts
        FROM ${ORDERS} WHERE ${COUNTED} AND townshipCode IS NOT NULL AND ${reached} AND atMs >= {firstMs:Int64} AND atMs < {endMs:Int64}
        GROUP BY matter, townshipCode, villageCode ${LIMITS}`,
      params: {
        ...params,
        fromMs: all.map((span) => span.fromMs),
        beforeMs: all.map((span) => span.beforeMs),
        firstMs: Math.min(...all.map((span) => span.fromMs)),
        endMs: now.beforeMs,
      },
    });
  }
}

function reachOf(reach: Reach): { sql: string; params: Record<string, unknown> } {
  const townships = reach.townshipCodes;
  return townships === null ? { sql: '1', params: {} } : { sql: WITHIN, params: { townships } };
}

function surgesOf(days: SurgeDays, counts: readonly z.output<typeof countRow>[]): readonly Surge[] {
  const found: Surge[] = [];
  const look = (rows: typeof counts, place: Pick<Surge, 'matter' | 'level' | 'townshipCode' | 'villageCode'>) => {
    const [count = 0, ...usual] = (rows[0]?.counts ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] ?? 0), 0));
    const measure = measureSurge(days, count, usual);
    if (measure) found.push({ ...place, ...measure });
  };
  for (const row of counts)
    if (row.villageCode !== '')
      look([row], { matter: row.matter, level: 'village', townshipCode: row.townshipCode, villageCode: row.villageCode });
  for (const rows of Map.groupBy(counts, (row) => JSON.stringify([row.matter, row.townshipCode])).values()) {
    const [first] = rows;
    if (first) look(rows, { matter: first.matter, level: 'township', townshipCode: first.townshipCode, villageCode: null });
  }
  const keyOf = ({ matter, townshipCode, villageCode }: Surge) => `${matter} ${townshipCode} ${villageCode ?? '~'}`;
  return found.toSorted((a, b) => b.score - a.score || b.count - a.count || (keyOf(a) < keyOf(b) ? -1 : 1));
}
