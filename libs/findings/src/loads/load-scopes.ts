import { touchedScopeSchema } from '@tianyan/rules';
import { logTable, loadPrefix, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { EvaluationGroup } from '../ports.js';
import type { OpenLoad } from './open-loads.js';

const batchSchema = z.object({ batch: z.string() });

/** Batches asked for in one query: each has thousands of records at most, so the answer fits into memory. */
const BATCHES_PER_QUERY = 50;

type Touched = Pick<EvaluationGroup, 'recordTypes' | 'touched'>;

/** Asks the warehouse which scopes a load has touched. Its records stand together in the log, under names of their own. */
export class LoadScopes {
  constructor(private readonly warehouse: WarehouseReader) {}

  /** Those of `scopes` in which the load has brought or killed a record. */
  async among(load: OpenLoad, group: Touched, scopes: readonly string[]): Promise<readonly string[]> {
    const touched = new Set<string>();
    for await (const { type, batches } of this.pieces(load, group)) {
      const query = group.touched(type, batches);
      const rows = await readRows(this.warehouse, touchedScopeSchema, {
        sql: `SELECT scope FROM (${query.sql}) WHERE scope IN (SELECT arrayJoin({asked:Array(String)}))`,
        params: { ...query.params, asked: scopes },
      });
      for (const { scope } of rows) touched.add(scope);
    }
    return [...touched];
  }

  /** All scopes of the group, or cohorts, that the load has touched; null: they are more than `limit`. */
  async all(load: OpenLoad, group: Touched, limit: number): Promise<readonly string[] | null> {
    const touched = new Set<string>();
    for await (const { type, batches } of this.pieces(load, group)) {
      const rows = await readRows(this.warehouse, touchedScopeSchema, group.touched(type, batches));
      for (const { scope } of rows) touched.add(scope);
      if (touched.size > limit) return null;
    }
    return [...touched];
  }

  /** Names of the batches in which the load's records of a type stand, tombstones of what it replaced included. */
  async batches(load: OpenLoad, type: string): Promise<readonly string[]> {
    const rows = await readRows(this.warehouse, batchSchema, {
      sql: `SELECT DISTINCT batch FROM ${logTable(type)} WHERE startsWith(batch, {prefix:String}) ORDER BY batch`,
      params: { prefix: loadPrefix(load.id) },
    });
    return rows.map(({ batch }) => batch);
  }

  private async *pieces(load: OpenLoad, group: Touched): AsyncGenerator<{ type: string; batches: readonly string[] }> {
    for (const type of group.recordTypes) {
      if (!load.types.includes(type)) continue;
      const batches = await this.batches(load, type);
      for (let start = 0; start < batches.length; start += BATCHES_PER_QUERY)
        yield { type, batches: batches.slice(start, start + BATCHES_PER_QUERY) };
    }
  }
}
