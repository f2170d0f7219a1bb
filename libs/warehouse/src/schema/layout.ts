import { createHash } from 'node:crypto';
import { columnSql, type Table, TABLE_ALIASES, type TableEngine } from './tables.js';

/**
 * How tables are laid out over servers:
 * - `plain`: on the one server that answers;
 * - `replicated`: every table on every replica of one shard, kept equal by ClickHouse through its keeper;
 * - `sharded`: the rows spread over shards by record id, each shard replicated; what rules read are `Distributed` tables
 *   over local ones. All rows of an id, dead and alive, in every table, lie in one shard, so FINAL and tombstones work there
 *   as on one server, and materialized views stay within a shard.
 */
export type TableLayout = { readonly kind: 'plain' } | ClusterLayout;

export interface ClusterLayout {
  readonly kind: 'replicated' | 'sharded';
  /** Name in the servers' `remote_servers`; its shards must say `internal_replication`. */
  readonly cluster: string;
  /** Where the keeper keeps the tables; the macro `{shard}` and the table's name follow. */
  readonly keeperRoot: string;
  /** Name of a replica, normally a macro. */
  readonly replicaName: string;
}

export const PLAIN_LAYOUT: TableLayout = { kind: 'plain' };

export function clusterLayout(input: { kind: 'replicated' | 'sharded'; cluster: string }): ClusterLayout {
  if (!/^[A-Za-z_]\w*$/.test(input.cluster)) throw new RangeError(`not a name of a cluster: ${input.cluster}`);
  return { ...input, keeperRoot: '/clickhouse/tables', replicaName: '{replica}' };
}

/** Inserts that a table remembers; a repeat of one of them changes nothing. Far more than can be in flight at once. */
const REMEMBERED_INSERTS = 10_000;

/** What decides the shard of a row. */
const SHARDING_KEY = 'cityHash64(id)';

/** The name under which the rows of a table lie on a server; rules and look-ups use the table's own name. */
export function storedName(layout: TableLayout, name: string): string {
  return layout.kind === 'sharded' ? `${name}_local` : name;
}

/** ` ON CLUSTER …`, or nothing. */
function everywhere(layout: TableLayout): string {
  return layout.kind === 'plain' ? '' : ` ON CLUSTER ${layout.cluster}`;
}

/** @param as the name to make it under, when it is to take the place of the table later. */
export function createTableSql(layout: TableLayout, table: Table, as = table.name): string[] {
  const create = (name: string, indexes: readonly string[], engine: string) => {
    const parts = [...table.columns.map(columnSql), ...TABLE_ALIASES, ...indexes].join(',\n  ');
    return `CREATE TABLE IF NOT EXISTS ${name}${everywhere(layout)} (\n  ${parts}\n) ENGINE = ${engine}`;
  };
  if (!isStoredEngine(table.engine)) return [create(as, table.indexes, table.engine.name)];
  const stored = create(storedName(layout, as), table.indexes, engineSql(layout, table.name, table.engine));
  return layout.kind === 'sharded' ? [stored, create(as, [], distributedSql(layout, as))] : [stored];
}

export function addColumnSql(layout: TableLayout, table: Table, column: string): string[] {
  const names = isDistributed(layout, table) ? [storedName(layout, table.name), table.name] : [table.name];
  return names.map((name) => `ALTER TABLE ${name}${everywhere(layout)} ADD COLUMN IF NOT EXISTS ${column}`);
}

export function createViewSql(layout: TableLayout, view: { name: string; into: string; query: string }): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view.name}${everywhere(layout)} TO ${storedName(layout, view.into)} AS ${view.query}`;
}

export function modifyViewSql(layout: TableLayout, view: { name: string; query: string }): string {
  return `ALTER TABLE ${view.name}${everywhere(layout)} MODIFY QUERY ${view.query}`;
}

/** A table of a cluster is gone from the keeper only with SYNC; without, it could not be made anew for minutes. */
export function dropTableSql(layout: TableLayout, name: string): string[] {
  const sync = layout.kind === 'plain' ? '' : ' SYNC';
  const names = layout.kind === 'sharded' ? [name, storedName(layout, name)] : [name];
  return names.map((one) => `DROP TABLE IF EXISTS ${one}${everywhere(layout)}${sync}`);
}

export function dropViewSql(layout: TableLayout, view: string): string {
  return `DROP VIEW IF EXISTS ${view}${everywhere(layout)}${layout.kind === 'plain' ? '' : ' SYNC'}`;
}

/** Renames what stores rows; a `Distributed` table knows the local one by its name and stays. */
export function renameSql(layout: TableLayout, ...pairs: readonly (readonly [string, string])[]): string {
  const renames = pairs.map(([from, to]) => `${storedName(layout, from)} TO ${storedName(layout, to)}`);
  return `RENAME TABLE ${renames.join(', ')}${everywhere(layout)}`;
}

/** A small table that every server has whole, whatever its shard: a calendar, a list. */
export interface ReferenceTable {
  name: string;
  /** As in CREATE TABLE. */
  columns: string;
  /** A MergeTree engine with its arguments, e.g. `ReplacingMergeTree(version)`. */
  engine: string;
  orderBy: string;
}

export function referenceTableSql(layout: TableLayout, table: ReferenceTable): string {
  const [, name = '', args = ''] = /^(\w*MergeTree)(?:\((.*)\))?$/.exec(table.engine) ?? [];
  if (name === '') throw new RangeError(`not an engine of a reference table: ${table.engine}`);
  const engine =
    layout.kind === 'plain'
      ? table.engine
      : // One path for all shards, so that all servers are replicas of one table; `{shard}` only tells them apart.
        `Replicated${name}('${layout.keeperRoot}/all/{database}/${table.name}', '{shard}-${layout.replicaName}'${args === '' ? '' : `, ${args}`})`;
  return `CREATE TABLE IF NOT EXISTS ${table.name}${everywhere(layout)} (${table.columns}) ENGINE = ${engine} ORDER BY ${table.orderBy}`;
}

function isStoredEngine(engine: TableEngine): engine is Extract<TableEngine, { orderBy: unknown }> {
  return 'orderBy' in engine;
}

function isDistributed(layout: TableLayout, table: Table): boolean {
  return layout.kind === 'sharded' && isStoredEngine(table.engine);
}

function engineSql(layout: TableLayout, path: string, engine: Extract<TableEngine, { orderBy: unknown }>): string {
  const orderBy = engine.orderBy.join(', ');
  const args =
    layout.kind === 'plain' ? engine.args : [`'${keeperPath(layout, path, orderBy)}'`, `'${layout.replicaName}'`, ...engine.args];
  const name = layout.kind === 'plain' ? engine.name : `Replicated${engine.name}`;
  const window = layout.kind === 'plain' ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
  const settings = [...engine.settings, `${window} = ${REMEMBERED_INSERTS}`];
  return `${name}${args.length === 0 ? '' : `(${args.join(', ')})`} ORDER BY (${orderBy}) SETTINGS ${settings.join(', ')}`;
}

/**
 * The same on every server that ever joins, so that one that joins later becomes a replica; and another one for another
 * sort key, so that a rebuilt table can stand beside the one that it replaces, and be renamed.
 */
function keeperPath(layout: ClusterLayout, name: string, orderBy: string): string {
  const key = createHash('sha256').update(orderBy).digest('hex').slice(0, 8);
  return `${layout.keeperRoot}/{shard}/{database}/${name}/${key}`;
}

function distributedSql(layout: ClusterLayout, name: string): string {
  return `Distributed(${layout.cluster}, currentDatabase(), ${storedName(layout, name)}, ${SHARDING_KEY})`;
}
