import type { Reach } from '@tianyan/access';
import { fieldOfKey, type Catalogue } from '@tianyan/contracts';
import { CHINA_OFFSET_MS, DAY_MS, HOUR_MS, type Clock } from '@tianyan/kernel';
import { logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** Days and hours that the charts show. */
export const CHART_DAYS = 30;
export const CHART_HOURS = 24;

/** Counts may be so old: a wall of screens that refresh must not become a load on the warehouse. */
const FRESH_MS = 3_000;

const countRow = z.object({ type: z.string(), source: z.string(), count: z.number() });
const bucketRow = z.object({ type: z.string(), bucket: z.number(), count: z.number() });

/** Different reaches whose counts are kept: a county has some tens of teams. The one not asked for longest goes first. */
const MAX_KEPT_REACHES = 100;

export interface CountedRecords {
  byType: ReadonlyMap<string, number>;
  /** Days since 1970 in China, by the records' own time. */
  perDay: readonly { type: string; day: number; count: number }[];
  /** By arrival, county time. */
  perHour: ReadonlyMap<number, number>;
}

/** Counts, and which record types came from a source. */
interface Counted extends CountedRecords {
  typesOf: (source: string) => readonly string[];
}

/**
 * How many rows were accepted, corrections and repeats too: read from the log, tombstones left out. Within less than the whole county those that
 * name a township of the reach; record types that name none are not counted then.
 */
export class RecordCounts {
  private readonly known = new Map<string, { counts: Counted; readAtMs: number }>();
  private readonly reading = new Map<string, Promise<Counted>>();

  constructor(
    private readonly parts: { warehouse: WarehouseReader; catalogue: Catalogue; machineClock: Clock; countyClock: Clock },
  ) {}

  read(reach: Reach): Promise<CountedRecords> {
    return this.within(reach.townshipCodes);
  }

  /** Record types that came from a source, from whatever township. */
  async typesBySource(): Promise<(source: string) => readonly string[]> {
    return (await this.within(null)).typesOf;
  }

  private async within(townshipCodes: readonly string[] | null): Promise<Counted> {
    const key = JSON.stringify(townshipCodes);
    const known = this.known.get(key);
    if (known && this.parts.machineClock.nowMs() - known.readAtMs < FRESH_MS) return known.counts;
    // One read at a time, however many screens wait for it.
    const reading = this.reading.get(key) ?? this.query(townshipCodes).finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    const counts = await reading;
    this.known.delete(key);
    this.known.set(key, { counts, readAtMs: this.parts.machineClock.nowMs() });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MAX_KEPT_REACHES) break;
      this.known.delete(oldest);
    }
    return counts;
  }

  private async query(townshipCodes: readonly string[] | null): Promise<Counted> {
    const nowMs = this.parts.countyClock.nowMs();
    const [totals, days, hours] = await Promise.all([
      this.union(countRow, townshipCodes, {}, ({ table, seen }) => {
        return `SELECT {type} AS type, source, count() AS count FROM ${table} WHERE ${seen} GROUP BY source`;
      }),
      this.union(bucketRow, townshipCodes, { fromMs: nowMs - CHART_DAYS * DAY_MS, nowMs }, ({ table, seen }) => {
        return `SELECT {type} AS type, intDiv(atMs + ${CHINA_OFFSET_MS}, ${DAY_MS}) AS bucket, count() AS count FROM ${table}
           WHERE ${seen} AND atMs > {fromMs:Int64} AND atMs <= {nowMs:Int64} GROUP BY bucket`;
      }),
      this.union(bucketRow, townshipCodes, { fromMs: nowMs - CHART_HOURS * HOUR_MS, nowMs }, ({ table, seen }) => {
        return `SELECT {type} AS type, intDiv(receivedAtMs, ${HOUR_MS}) AS bucket, count() AS count FROM ${table}
           WHERE ${seen} AND receivedAtMs > {fromMs:Int64} AND receivedAtMs <= {nowMs:Int64} GROUP BY bucket`;
      }),
    ]);
    return toCounts(totals, days, hours);
  }

  /** One query over the logs of all types; `{type}` becomes the parameter that holds the type's name. */
  private async union<S extends z.ZodType>(
    schema: S,
    townshipCodes: readonly string[] | null,
    params: Record<string, unknown>,
    select: (from: { table: string; seen: string }) => string,
  ): Promise<z.output<S>[]> {
    const contracts = this.parts.catalogue
      .supplied()
      .filter((contract) => townshipCodes === null || fieldOfKey(contract, 'township') !== null);
    if (contracts.length === 0) return [];
    const sql = contracts
      .map((contract, i) => {
        const field = fieldOfKey(contract, 'township');
        const within = townshipCodes === null ? '' : ` AND ${field} IN (SELECT arrayJoin({townships:Array(String)}))`;
        const seen = `tombstone = 0${within}`;
        return select({ table: logTable(contract.type), seen }).replace('{type}', `{type${i}:String}`);
      })
      .join(' UNION ALL ');
    return readRows(this.parts.warehouse, schema, {
      sql,
      params: {
        ...params,
        ...(townshipCodes === null ? {} : { townships: townshipCodes }),
        ...Object.fromEntries(contracts.map(({ type }, i) => [`type${i}`, type])),
      },
    });
  }
}

function toCounts(
  totals: z.output<typeof countRow>[],
  days: z.output<typeof bucketRow>[],
  hours: z.output<typeof bucketRow>[],
): Counted {
  const byType = new Map<string, number>();
  for (const { type, count } of totals) byType.set(type, (byType.get(type) ?? 0) + count);
  const perHour = new Map<number, number>();
  for (const { bucket, count } of hours) perHour.set(bucket, (perHour.get(bucket) ?? 0) + count);
  const bySource = Map.groupBy(totals, (row) => row.source);
  return {
    byType,
    perDay: days.map(({ type, bucket, count }) => ({ type, day: bucket, count })),
    perHour,
    typesOf: (source) => (bySource.get(source) ?? []).map((row) => row.type),
  };
}
