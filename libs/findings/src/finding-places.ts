import type { Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { concernsOrders, exceptValues, type ExceptOrders, type ExceptPlaceholders } from './except-orders.js';
import { Conditions } from './finding-conditions.js';
import type { PlaceKind } from './scorecards/figures.js';

/** A unit, township or village that findings name. */
export interface FindingPlace {
  kind: Exclude<PlaceKind, 'county'>;
  code: string;
  /** What was found about these orders is left out: they were told in confidence, and where they lie must not be learnt from a page of a place. */
  except: ExceptOrders;
}

/** Periods that follow on each other, and when the last is over. */
export interface PeriodBounds {
  startsMs: readonly EpochMs[];
  beforeMs: EpochMs;
}

const COLUMNS: Readonly<Record<FindingPlace['kind'], string>> = {
  unit: 'unit_id',
  township: 'township_code',
  village: 'village_code',
};

/**
 * Whether a finding is about the place.
 * @param alias of the table `finding`
 * @param code placeholder of the place's code
 * @param except placeholders of the orders that are left out, see `exceptValues`
 */
export function isAtPlace(alias: string, kind: FindingPlace['kind'], code: string, except: ExceptPlaceholders): string {
  return `(${alias}.${COLUMNS[kind]} = ${code} AND NOT ${concernsOrders(alias, except)})`;
}

/**
 * The number of the period that an instant falls into, from 1; 0: before the first. Its counts are read by {@link periodCounts}.
 * @param startsMs placeholder of {@link PeriodBounds.startsMs}
 */
export function periodSql(column: string, startsMs: string): string {
  return `width_bucket(${column}, ${startsMs}::bigint[])`;
}

export const periodCountSchema = z.object({ period: z.int(), count: z.int() });

/** By number of the period: the first is what lies before all of them. */
export function periodCounts(
  counted: readonly z.output<typeof periodCountSchema>[],
  { startsMs }: PeriodBounds,
): readonly number[] {
  const byPeriod = new Map(counted.map(({ period, count }) => [period, count]));
  return Array.from({ length: startsMs.length + 1 }, (_, period) => byPeriod.get(period) ?? 0);
}

/** When the problems of a place came about, within the reach of who asks. */
export class FindingPlaces {
  constructor(private readonly pool: Pool) {}

  /**
   * Withdrawn ones are left out; see {@link periodCounts}. What lies before all periods is one, however many there are: to tell what concerns an order,
   * the evidence of each is opened, and a township has years of them.
   */
  async perPeriod(reach: Reach, { kind, code, except }: FindingPlace, bounds: PeriodBounds): Promise<readonly number[]> {
    const where = new Conditions(reach);
    const [orderIds, recordKeys] = exceptValues(except);
    const left = { orderIds: where.value(orderIds), recordKeys: where.value(recordKeys) };
    where.add(isAtPlace('f', kind, where.value(code), left));
    where.add(`f.status <> 'withdrawn'`);
    const found = `FROM finding f ${where.sql()}`;
    const fromMs = where.value(bounds.startsMs[0] ?? bounds.beforeMs);
    const period = periodSql('f.occurred_at_ms', where.value(bounds.startsMs));
    const sql = `SELECT period, count(*) AS count FROM (
        SELECT ${period} AS period ${found} AND f.occurred_at_ms >= ${fromMs} AND f.occurred_at_ms < ${where.value(bounds.beforeMs)}
        UNION ALL (SELECT 0 ${found} AND f.occurred_at_ms < ${fromMs} LIMIT 1)) counted GROUP BY period`;
    return periodCounts(await rows(this.pool, periodCountSchema, sql, where.values), bounds);
  }
}
