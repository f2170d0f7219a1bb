import type { EpochMs } from '@tianyan/kernel';
import { touchedScopeSchema, type Cohorts, type LimitedQuery } from '@tianyan/rules';
import { isBeyondLimits, logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { bounded } from '../bounded-query.js';

const batchSchema = z.object({ batch: z.string() });

/** Asks the warehouse about cohorts, and about batches that may have touched them. */
export class CohortReader {
  constructor(private readonly warehouse: WarehouseReader) {}

  /** Those of which records have begun to exist, or a period is over; null: they are more than `limit`, or to find them takes more than a judgement may. */
  async begun(
    cohorts: Pick<Cohorts, 'begun'>,
    during: { afterMs: EpochMs; untilMs: EpochMs },
    limit: number,
  ): Promise<readonly string[] | null> {
    const found = await this.withinLimits(cohorts.begun(during, limit + 1));
    return found && found.length <= limit ? found : null;
  }

  /** At most so many, spread over all of them; null: to find them takes more than a judgement may. */
  async sampled(cohorts: Pick<Cohorts, 'sampled'>, limit: number): Promise<readonly string[] | null> {
    return this.withinLimits(cohorts.sampled(limit));
  }

  /** Those of the batches of which the log has a row. */
  async knownBatches(type: string, batches: readonly string[]): Promise<ReadonlySet<string>> {
    if (batches.length === 0) return new Set();
    const known = await readRows(this.warehouse, batchSchema, {
      sql: `SELECT DISTINCT batch FROM ${logTable(type)} WHERE batch IN (SELECT arrayJoin({batches:Array(String)}))`,
      params: { batches },
    });
    return new Set(known.map(({ batch }) => batch));
  }

  /** It reads the keys of all records of its types, of which the rule itself may read few: no fault of the rule. */
  private async withinLimits({ settings, ...query }: LimitedQuery): Promise<readonly string[] | null> {
    try {
      return (await readRows(this.warehouse, touchedScopeSchema, bounded(query, settings))).map(({ scope }) => scope);
    } catch (error) {
      if (!isBeyondLimits(error)) throw error;
      return null;
    }
  }
}
