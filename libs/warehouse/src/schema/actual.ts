import type { WarehouseReader } from '../port.js';

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
  const rows = await warehouse.rows<{ table: string; name: string; type: string }>({
    sql: 'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN {tables:Array(String)}',
    params: { tables: [...tables] },
  });
  const columns = new Map<string, Map<string, string>>();
  for (const { table, name, type } of rows) {
    const ofTable = columns.get(table) ?? new Map<string, string>();
    columns.set(table, ofTable.set(name, type));
  }
  const keys = await warehouse.rows<{ name: string; sorting_key: string }>({
    sql: "SELECT name, sorting_key FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND sorting_key != ''",
    params: { tables: [...tables] },
  });
  const views = await warehouse.rows<{ name: string; as_select: string }>({
    sql: "SELECT name, as_select FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND as_select != ''",
    params: { tables: [...tables] },
  });
  return {
    columns,
    sortKeys: new Map(keys.map((row) => [row.name, row.sorting_key])),
    queries: new Map(views.map((row) => [row.name, row.as_select])),
  };
}
