import type { Contract } from '@tianyan/contracts';
import { byIdTable, logTable } from '../names.js';
import { z } from 'zod';
import type { WarehouseAdmin, WarehouseReader } from '../port.js';
import { readRows } from '../rows.js';
import { findKnownRows, MAX_IDS_PER_LOOKUP } from './known-rows.js';
import { planRepair } from './plan.js';

const idSchema = z.object({ id: z.string() });

/**
 * Ids that have two live rows: something wrote past the writer, or two writers worked on one partition. Run every night;
 * there should be none. At most one look-up full; the next run finds the rest.
 */
export async function findDoubleLiveRows(warehouse: WarehouseReader, contract: Contract): Promise<string[]> {
  const rows = await readRows(warehouse, idSchema, {
    sql: `SELECT id FROM ${byIdTable(contract.type)} FINAL WHERE deleted = 0 GROUP BY id HAVING count() > 1 ORDER BY id LIMIT ${MAX_IDS_PER_LOOKUP}`,
    params: {},
  });
  return rows.map((row) => row.id);
}

/**
 * Kills all live rows of these ids but the newest, as a batch of its own, which the caller announces like any landed
 * batch: the scopes that lose a row have to be evaluated again.
 * @param repairId makes the name of the batch unique, e.g. a new id per run.
 */
export async function repairDoubleLiveRows(
  warehouse: WarehouseAdmin,
  contract: Contract,
  ids: readonly string[],
  repairId: string,
): Promise<{ batch: string; tombstones: number }> {
  const batch = `repair/${contract.type}/${repairId}`;
  const plan = planRepair(() => batch, await findKnownRows(warehouse, contract, ids));
  await warehouse.insertLines(logTable(contract.type), plan.lines, batch);
  return { batch, tombstones: plan.tombstones };
}
