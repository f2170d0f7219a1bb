import type { Catalogue, Contract } from '@tianyan/contracts';
import type { WarehouseAdmin } from '../port.js';
import { type Actual, readActual } from './actual.js';
import {
  byIdTableOf,
  checkTableOf,
  columnSql,
  type CopyTable,
  copyTablesOf,
  createTableSql,
  createViewSql,
  feedQuery,
  logTableOf,
  STEPS_TABLE_SQL,
  type Table,
} from './tables.js';

/**
 * Makes the tables of every record type, or brings them up to the contracts: an optional field that is new gets its
 * column everywhere, a scope that is new gets its copy, filled from the copy by id. Safe to repeat and to be cut off
 * anywhere. A new scope needs the writers of that type to stand still, as they do when a process starts.
 * Throws if a contract asks for what cannot be done to stored data (another type, a new required field).
 */
export async function ensureTables(warehouse: WarehouseAdmin, catalogue: Catalogue): Promise<void> {
  for (const contract of catalogue.all()) await ensureTablesOf(warehouse, contract);
}

/** {@link ensureTables} for one type. */
export async function ensureTablesOf(warehouse: WarehouseAdmin, contract: Contract): Promise<void> {
  const run = (sql: string, params: Readonly<Record<string, unknown>> = {}) => warehouse.execute({ sql, params });
  await run(STEPS_TABLE_SQL);
  const log = logTableOf(contract);
  const copies = copyTablesOf(contract);
  const byId = byIdTableOf(contract);
  const all = [log, checkTableOf(contract), ...copies];
  const actual = await readActual(warehouse, [...all.map((table) => table.name), ...copies.map((table) => table.view)]);

  for (const table of all) await run(createTableSql(table));
  for (const table of all) for (const sql of alterations(contract, table, actual)) await run(sql);
  if (sortKeyDiffers(byId, actual)) for (const sql of rebuildSql(contract, byId)) await run(sql);
  for (const table of copies) {
    if (sortKeyDiffers(table, actual) && table.name !== byId.name)
      throw new TypeError(`the sort key of ${table.name} differs from its contract; a scope cannot be changed, only added`);
    await run(createViewSql(contract, table));
    if (viewIsStale(table, actual)) await run(`ALTER TABLE ${table.view} MODIFY QUERY ${feedQuery(contract, table)}`);
    if (table.name !== byId.name) await fillOnce(warehouse, table, byId);
  }
}

/** ALTER statements that add what is missing. */
function alterations(contract: Contract, table: Table, actual: Actual): string[] {
  const columns = actual.columns.get(table.name);
  if (!columns) return [];
  return table.columns.flatMap((column) => {
    const type = columns.get(column.name);
    if (type === undefined) {
      if (contract.fields[column.name]?.optional === false)
        throw new TypeError(`${contract.type}: the new field ${column.name} must be optional, stored records do not have it`);
      return [`ALTER TABLE ${table.name} ADD COLUMN IF NOT EXISTS ${columnSql(column)}`];
    }
    if (type !== column.type)
      throw new TypeError(`${table.name}.${column.name} is ${type}, the contract of ${contract.type} asks for ${column.type}`);
    return [];
  });
}

function sortKeyDiffers(table: CopyTable, actual: Actual): boolean {
  const sortKey = actual.sortKeys.get(table.name);
  return sortKey !== undefined && sortKey !== table.sortKey.join(', ');
}

function viewIsStale(table: CopyTable, actual: Actual): boolean {
  const columns = actual.columns.get(table.view);
  return columns !== undefined && table.columns.some((column) => !columns.has(column.name));
}

/** A new scope adds a field to the key of the copy by id, which ClickHouse cannot do in place. */
function rebuildSql(contract: Contract, byId: CopyTable): string[] {
  const rebuilt = { ...byId, name: `${byId.name}_rebuilt` };
  const old = `${byId.name}_old`;
  const names = byId.columns.map((column) => column.name).join(', ');
  return [
    `DROP TABLE IF EXISTS ${rebuilt.name}`,
    `DROP TABLE IF EXISTS ${old}`,
    createTableSql(rebuilt),
    `INSERT INTO ${rebuilt.name} (${names}) SELECT ${names} FROM ${byId.name}`,
    `DROP VIEW IF EXISTS ${byId.view}`,
    `RENAME TABLE ${byId.name} TO ${old}, ${rebuilt.name} TO ${byId.name}`,
    createViewSql(contract, byId),
    `DROP TABLE ${old}`,
  ];
}

/** Rows that were there before the copy. Filling twice does no harm: a row that is there already collapses. */
async function fillOnce(warehouse: WarehouseAdmin, table: CopyTable, byId: CopyTable): Promise<void> {
  const step = `fill ${table.name}`;
  const done = await warehouse.rows({ sql: 'SELECT 1 FROM schema_steps WHERE step = {step:String}', params: { step } });
  if (done.length > 0) return;
  const names = table.columns.map((column) => column.name).join(', ');
  await warehouse.execute({ sql: `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM ${byId.name}`, params: {} });
  await warehouse.execute({ sql: 'INSERT INTO schema_steps (step) SELECT {step:String}', params: { step } });
}
