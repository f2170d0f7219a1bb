import { z } from 'zod';
import type { WarehouseReader } from '../port.js';
import { readRows } from '../rows.js';

const columnSchema = z.object({ table: z.string(), name: z.string(), type: z.string() });
const keySchema = z.object({ name: z.string(), sorting_key: z.string() });
const viewSchema = z.object({ name: z.string(), as_select: z.string() });

/** What stands in the database. */
export interface Actual {
  /** Type by column, by table or view. */
  columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Sort key as ClickHouse writes it, by table. */
  sortKeys: ReadonlyMap<string, string>;
  /** The query of a view as ClickHouse writes it, by view. */
  queries: ReadonlyMap<string, string>;
}

export async function readActual(warehouse: WarehouseReader, tables: readonly string[]): Promise<Actual> {
  const rows = await readRows(warehouse, columnSchema, {
    sql: 'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN {tables:Array(String)}',
    params: { tables: [...tables] },
  });
  const columns = new Map<string, Map<string, string>>();
  for (const { table, name, type } of rows) {
    const ofTable = columns.get(table) ?? new Map<string, string>();
    columns.set(table, ofTable.set(name, type));
  }
  const keys = await readRows(warehouse, keySchema, {
    sql: "SELECT name, sorting_key FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND sorting_key != ''",
    params: { tables: [...tables] },
  });
  const views = await readRows(warehouse, viewSchema, {
    sql: "SELECT name, as_select FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND as_select != ''",
    params: { tables: [...tables] },
  });
  return {
    columns,
    sortKeys: new Map(keys.map((row) => [row.name, row.sorting_key])),
    queries: new Map(views.map((row) => [row.name, row.as_select])),
  };
}
