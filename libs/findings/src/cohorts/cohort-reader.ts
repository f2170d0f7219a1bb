import { logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

const batchSchema = z.object({ batch: z.string() });

/** Asks the warehouse about cohorts, and about batches that may have touched them. */
export class CohortReader {
  constructor(private readonly warehouse: WarehouseReader) {}

  /** Those of the batches of which the log has a row. */
  async knownBatches(type: string, batches: readonly string[]): Promise<ReadonlySet<string>> {
    if (batches.length === 0) return new Set();
    const known = await readRows(this.warehouse, batchSchema, {
      sql: `SELECT DISTINCT batch FROM ${logTable(type)} WHERE batch IN (SELECT arrayJoin({batches:Array(String)}))`,
      params: { batches },
    });
    return new Set(known.map(({ batch }) => batch));
  }
}
