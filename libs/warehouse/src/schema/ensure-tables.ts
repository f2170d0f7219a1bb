import type { Catalogue, Contract } from '@tianyan/contracts';
import type { WarehouseAdmin } from '../port.js';
import { type CopyTable, copyTablesOf, createTableSql, feedQuery, logTableOf } from './tables.js';

/** Makes the tables of every record type, or brings them up to the contracts. Safe to repeat. */
export async function ensureTables(warehouse: WarehouseAdmin, catalogue: Catalogue): Promise<void> {
  for (const contract of catalogue.all()) await ensureTablesOf(warehouse, contract);
}

export async function ensureTablesOf(warehouse: WarehouseAdmin, contract: Contract): Promise<void> {
  await warehouse.execute({ sql: createTableSql(logTableOf(contract)), params: {} });
  for (const table of copyTablesOf(contract)) await ensureCopy(warehouse, contract, table);
}

async function ensureCopy(warehouse: WarehouseAdmin, contract: Contract, table: CopyTable): Promise<void> {
  await warehouse.execute({ sql: createTableSql(table), params: {} });
  await warehouse.execute({
    sql: `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table.view} TO ${table.name} AS ${feedQuery(contract, table)}`,
    params: {},
  });
}
