import type { Catalogue, Contract } from '@tianyan/contracts';
import type { WarehouseAdmin } from '../port.js';
import { type Actual, readActual } from './actual.js';
import {
  addColumnSql,
  createTableSql,
  createViewSql,
  dropTableSql,
  dropViewSql,
  modifyViewSql,
  PLAIN_LAYOUT,
  type ReferenceTable,
  referenceTableSql,
  renameSql,
  storedName,
  type TableLayout,
} from './layout.js';
import {
  byIdTableOf,
  checkTableOf,
  columnSql,
  type CopyTable,
  copyTablesOf,
  feedCondition,
  feedQuery,
  logTableOf,
  type Table,
} from './tables.js';

/**
 * Makes the tables of every record type, or brings them up to the contracts: an optional field that is new gets its
 * column everywhere, a scope that is new gets its copy, filled from the copy by id, and views of before feed what belongs
 * into each. Safe to repeat and to be cut off anywhere. Writers of before may go on meanwhile: a new pod of whatever process comes
 * to this first, and they stop when their own successor is there. Sends nothing but queries when all is as it should be, so that a process can start while a
 * server of the cluster is away.
 * Only one process at a time: two would rebuild one table at once. The caller holds a lock.
 * Throws if a contract asks for what cannot be done to stored data (another type, a new required field).
 */
export async function ensureTables(warehouse: WarehouseAdmin, catalogue: Catalogue): Promise<void> {
  for (const contract of catalogue.all()) await ensureTablesOf(warehouse, contract);
}

/** {@link ensureTables} for one type. */
export async function ensureTablesOf(warehouse: WarehouseAdmin, contract: Contract): Promise<void> {
  const layout = warehouse.layout ?? PLAIN_LAYOUT;
  const log = logTableOf(contract);
  const copies = copyTablesOf(contract);
  const byId = byIdTableOf(contract);
  const all = [log, checkTableOf(contract), ...copies];
  const actual = await readActual(warehouse, [...namesOf(layout, all, copies), storedName(layout, oldOf(byId))]);
  const run = async (statements: readonly string[]) => {
    for (const sql of statements) await warehouse.execute({ sql, params: {} });
  };
  await run(actual.columns.has(STEPS_TABLE) ? [] : [stepsTableSql(layout)]);
  for (const table of all) {
    const there = [table.name, storedOf(layout, table)].every((name) => actual.columns.has(name));
    await run(there ? alterations(contract, layout, table, actual) : createTableSql(layout, table));
  }
  const isMoving = actual.columns.has(storedName(layout, oldOf(byId)));
  if (sortKeyDiffers(layout, byId, actual)) await run([...rebuildSql(layout, log, byId), ...moveInSql(layout, log, byId)]);
  else if (isMoving) await run(moveInSql(layout, log, byId));
  for (const table of copies) {
    if (sortKeyDiffers(layout, table, actual) && table.name !== byId.name)
      throw new TypeError(`the sort key of ${table.name} differs from its contract; a scope cannot be changed, only added`);
    await run(viewSql(layout, log, table, actual));
    if (table.name !== byId.name) await fillOnce(warehouse, table, byId);
  }
}

/** Remembers steps that are not seen in the tables themselves. */
const STEPS_TABLE = 'schema_steps';

function stepsTableSql(layout: TableLayout): string {
  const columns = 'step String, doneAt DateTime DEFAULT now()';
  return referenceTableSql(layout, { name: STEPS_TABLE, columns, engine: 'MergeTree', orderBy: 'step' });
}

function namesOf(layout: TableLayout, tables: readonly Table[], copies: readonly CopyTable[]): string[] {
  const names = tables.flatMap((table) => [table.name, storedOf(layout, table)]);
  return [...new Set([STEPS_TABLE, ...names, ...copies.map((table) => table.view)])];
}

/** The table that has the rows; one that keeps none is the same everywhere. */
function storedOf(layout: TableLayout, table: Table): string {
  return table.engine.name === 'Null' ? table.name : storedName(layout, table.name);
}

/** ALTER statements that add what is missing. */
function alterations(contract: Contract, layout: TableLayout, table: Table, actual: Actual): string[] {
  return table.columns.flatMap((column) => {
    const types = [table.name, storedOf(layout, table)].map((name) => actual.columns.get(name)?.get(column.name));
    if (types.includes(undefined)) {
      if (contract.fields[column.name]?.optional === false)
        throw new TypeError(`${contract.type}: the new field ${column.name} must be optional, stored records do not have it`);
      return addColumnSql(layout, table, columnSql(column));
    }
    const other = types.find((type) => type !== column.type);
    if (other !== undefined)
      throw new TypeError(`${table.name}.${column.name} is ${other}, the contract of ${contract.type} asks for ${column.type}`);
    return [];
  });
}

function sortKeyDiffers(layout: TableLayout, table: CopyTable, actual: Actual): boolean {
  const sortKey = actual.sortKeys.get(storedOf(layout, table));
  return sortKey !== undefined && sortKey !== table.sortKey.join(', ');
}

function viewSql(layout: TableLayout, log: Table, table: CopyTable, actual: Actual): string[] {
  const query = feedQuery(table, storedName(layout, log.name));
  const columns = actual.columns.get(table.view);
  if (!columns) return [createViewSql(layout, { name: table.view, into: table.name, query })];
  const condition = table.mustHave === null ? '' : feedCondition(table.mustHave);
  const isStale =
    table.columns.some((column) => !columns.has(column.name)) || actual.queries.get(table.view)?.includes(condition) === false;
  return isStale ? [modifyViewSql(layout, { name: table.view, query })] : [];
}

/** Feeds the copy that is being made while the one of before is fed still. */
function feedOfRebuilt(byId: CopyTable): string {
  return `${byId.view}_rebuilt`;
}

/**
 * A new scope adds a field to the key of the copy by id, which ClickHouse cannot do in place. It is made beside the old one and fed from its first moment, so that
 * what lands while the rows are copied is in both.
 */
function rebuildSql(layout: TableLayout, log: Table, byId: CopyTable): string[] {
  const rebuilt = rebuiltOf(byId);
  const names = byId.columns.map((column) => column.name).join(', ');
  const query = feedQuery(byId, storedName(layout, log.name));
  return [
    dropViewSql(layout, feedOfRebuilt(byId)),
    ...dropTableSql(layout, rebuilt),
    ...dropTableSql(layout, oldOf(byId)),
    ...createTableSql(layout, byId, rebuilt),
    createViewSql(layout, { name: feedOfRebuilt(byId), into: rebuilt, query }),
    `INSERT INTO ${rebuilt} (${names}) SELECT ${names} FROM ${byId.name}`,
    renameSql(layout, [byId.name, oldOf(byId)], [rebuilt, byId.name]),
  ];
}

/**
 * The copy that was made takes the name and the view of the one of before. Until its own view is there the one that fed it stays: whichever table a view then
 * leads to, an insert comes to the new one or fails, and one that fails is sent again.
 */
function moveInSql(layout: TableLayout, log: Table, byId: CopyTable): string[] {
  const names = byId.columns.map((column) => column.name).join(', ');
  const query = feedQuery(byId, storedName(layout, log.name));
  return [
    // Of shards it is read through a `Distributed` table; where its rows lie is there.
    ...createTableSql(layout, byId, oldOf(byId)),
    dropViewSql(layout, byId.view),
    createViewSql(layout, { name: byId.view, into: byId.name, query }),
    dropViewSql(layout, feedOfRebuilt(byId)),
    // An insert that had begun before the new copy was fed comes to the old one alone. What is there already collapses.
    `INSERT INTO ${byId.name} (${names}) SELECT ${names} FROM ${oldOf(byId)}`,
    ...dropTableSql(layout, oldOf(byId)),
    // Of shards, the `Distributed` table that the filling went through is left.
    ...(layout.kind === 'sharded' ? dropTableSql(layout, rebuiltOf(byId)) : []),
  ];
}

function rebuiltOf(byId: CopyTable): string {
  return `${byId.name}_rebuilt`;
}

function oldOf(byId: CopyTable): string {
  return `${byId.name}_old`;
}

/** Rows that were there before the copy. Filling twice does no harm: a row that is there already collapses. */
async function fillOnce(warehouse: WarehouseAdmin, table: CopyTable, byId: CopyTable): Promise<void> {
  const step = `fill ${table.name}`;
  const done = await warehouse.rows({ sql: `SELECT 1 FROM ${STEPS_TABLE} WHERE step = {step:String}`, params: { step } });
  if (done.length > 0) return;
  const names = table.columns.map((column) => column.name).join(', ');
  await warehouse.execute({ sql: `INSERT INTO ${table.name} (${names}) ${feedQuery(table, byId.name)}`, params: {} });
  await warehouse.execute({ sql: `INSERT INTO ${STEPS_TABLE} (step) SELECT {step:String}`, params: { step } });
}

/** Makes a small table that is no record type's, on every server of the cluster. Its columns do not change. */
export async function ensureReferenceTable(warehouse: WarehouseAdmin, table: ReferenceTable): Promise<void> {
  const actual = await readActual(warehouse, [table.name]);
  if (actual.columns.has(table.name)) return;
  await warehouse.execute({ sql: referenceTableSql(warehouse.layout ?? PLAIN_LAYOUT, table), params: {} });
}
