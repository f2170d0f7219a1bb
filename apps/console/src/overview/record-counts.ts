import type { Catalogue } from '@tianyan/contracts';
import { CHINA_OFFSET_MS, DAY_MS, HOUR_MS, type Clock } from '@tianyan/kernel';
import { logTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** Days and hours that the charts show. */
export const CHART_DAYS = 30;
export const CHART_HOURS = 24;

/** Counts may be so old: a wall of screens that refresh must not become a load on the warehouse. */
const FRESH_MS = 3_000;

const countRows = z.array(z.object({ type: z.string(), source: z.string(), count: z.number() }));
const bucketRows = z.array(z.object({ type: z.string(), bucket: z.number(), count: z.number() }));

export interface CountedRecords {
  byType: ReadonlyMap<string, number>;
  /** Days since 1970 in China, by the records' own time. */
  perDay: readonly { type: string; day: number; count: number }[];
  /** By arrival, county time. */
  perHour: ReadonlyMap<number, number>;
  /** Record types that came from a source. */
  typesOf(source: string): readonly string[];
}

/** How many record versions were accepted: read from the log, tombstones left out. */
export class RecordCounts {
  private known: { counts: CountedRecords; readAtMs: number } | null = null;
  private reading: Promise<CountedRecords> | null = null;

  constructor(
    private readonly parts: { warehouse: WarehouseReader; catalogue: Catalogue; machineClock: Clock; countyClock: Clock },
  ) {}

  async read(): Promise<CountedRecords> {
    if (this.known && this.parts.machineClock.nowMs() - this.known.readAtMs < FRESH_MS) return this.known.counts;
    // One read at a time, however many screens wait for it.
    this.reading ??= this.query().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async query(): Promise<CountedRecords> {
    const nowMs = this.parts.countyClock.nowMs();
    const [totals, days, hours] = await Promise.all([
      this.union(
        (table) => `SELECT {type} AS type, source, count() AS count FROM ${table} WHERE tombstone = 0 GROUP BY source`,
        {},
      ),
      this.union(
        (table) =>
          `SELECT {type} AS type, intDiv(atMs + ${CHINA_OFFSET_MS}, ${DAY_MS}) AS bucket, count() AS count FROM ${table}
           WHERE tombstone = 0 AND atMs > {fromMs:Int64} AND atMs <= {nowMs:Int64} GROUP BY bucket`,
        { fromMs: nowMs - CHART_DAYS * DAY_MS, nowMs },
      ),
      this.union(
        (table) =>
          `SELECT {type} AS type, intDiv(receivedAtMs, ${HOUR_MS}) AS bucket, count() AS count FROM ${table}
           WHERE tombstone = 0 AND receivedAtMs > {fromMs:Int64} AND receivedAtMs <= {nowMs:Int64} GROUP BY bucket`,
        { fromMs: nowMs - CHART_HOURS * HOUR_MS, nowMs },
      ),
    ]);
    const counts = toCounts(countRows.parse(totals), bucketRows.parse(days), bucketRows.parse(hours));
    this.known = { counts, readAtMs: this.parts.machineClock.nowMs() };
    return counts;
  }

  /** One query over the logs of all types; `{type}` becomes the parameter that holds the type's name. */
  private union(select: (table: string) => string, params: Record<string, unknown>): Promise<unknown[]> {
    const types = this.parts.catalogue.all().map((contract) => contract.type);
    const sql = types.map((type, i) => select(logTable(type)).replace('{type}', `{type${i}:String}`)).join(' UNION ALL ');
    return this.parts.warehouse.rows({
      sql,
      params: { ...params, ...Object.fromEntries(types.map((type, i) => [`type${i}`, type])) },
    });
  }
}

function toCounts(
  totals: z.output<typeof countRows>,
  days: z.output<typeof bucketRows>,
  hours: z.output<typeof bucketRows>,
): CountedRecords {
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
