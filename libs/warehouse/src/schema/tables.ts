import type { Contract } from '@tianyan/contracts';
import { byIdTable, checkTable, currentTable, logTable, scopeTable } from '../names.js';
import { type Column, currentColumns, EDIT_COLUMNS, RAW_COLUMN } from './columns.js';

/**
 * A part is packed column by column, and no query reads less than a column of it: marks for the pieces of a column are a file more for each
 * part, and cost one insert in fifteen.
 */
const PART_SETTINGS = 'write_marks_for_substreams_in_compact_parts = 0';

/** Rows per index mark of the log, where one batch is read at a time: 8192, the default, would read 8 times as much. */
const LOG_GRANULARITY = 1024;

/**
 * The copies are read for hundreds of scopes and thousands of ids that lie apart, a dozen columns of each: small pieces, packed in
 * small blocks, so that one row does not cost the reading of a thousand. It takes some 15 % more room. Tables of before keep
 * what they were made with.
 */
const COPY_SETTINGS = 'index_granularity = 256, min_compress_block_size = 8192';

/** What ClickHouse keeps rows in, before it is known on how many servers (see layout.ts). */
export type TableEngine =
  | { name: 'MergeTree' | 'ReplacingMergeTree'; args: readonly string[]; orderBy: readonly string[]; settings: readonly string[] }
  | { name: 'Null' };

export interface Table {
  name: string;
  columns: readonly Column[];
  engine: TableEngine;
  /** Indexes inside the column list. */
  indexes: readonly string[];
}

/** A table that is filled from the log by a materialized view. */
export interface CopyTable extends Table {
  view: string;
  sortKey: readonly string[];
  /**
   * Rows in which this field is empty are not here: the copy by a scope is read by its keys, and they have none. Most payments belong to
   * no project, receivable or contract, and each part of a few rows costs what one of hundreds does. Null: every row is here.
   *
   * Only the first field of the scope, because queries may ask by the first fields alone. A tombstone is a full copy, so it comes to
   * where the row stands that it kills, and nowhere else. Copies that were made before this hold rows without a key: nobody sees them.
   */
  mustHave: string | null;
}

/** Columns that are computed when they are read. */
export const TABLE_ALIASES: readonly string[] = [
  "at DateTime64(3, 'Asia/Shanghai') ALIAS fromUnixTimestamp64Milli(atMs, 'Asia/Shanghai')",
];

export function logTableOf(contract: Contract): Table {
  return {
    name: logTable(contract.type),
    columns: [...currentColumns(contract), RAW_COLUMN, ...EDIT_COLUMNS],
    // By batch, because the correlator asks what a batch touched. The bloom filter finds the versions of an id.
    engine: {
      name: 'MergeTree',
      args: [],
      orderBy: ['batch', 'id', 'streamOffset'],
      settings: [`index_granularity = ${LOG_GRANULARITY}`, PART_SETTINGS],
    },
    indexes: ['INDEX id_filter id TYPE bloom_filter(0.01) GRANULARITY 1'],
  };
}

/** Same columns as the log, no rows: see `findRefused`. */
export function checkTableOf(contract: Contract): Table {
  return { ...logTableOf(contract), name: checkTable(contract.type), engine: { name: 'Null' }, indexes: [] };
}

function copy(contract: Contract, name: string, sortKey: readonly string[], mustHave: string | null = null): CopyTable {
  return {
    name,
    view: `feed_${name}`,
    sortKey,
    mustHave,
    columns: currentColumns(contract),
    engine: {
      name: 'ReplacingMergeTree',
      args: ['ver', 'deleted'],
      orderBy: sortKey,
      settings: [COPY_SETTINGS, PART_SETTINGS, 'allow_nullable_key = 1'],
    },
    indexes: [],
  };
}

/** The copy by id: the writer's look-up, and the source of copies that are added later. */
export function byIdTableOf(contract: Contract): CopyTable {
  // All places in which a version ever stood: two versions with the same content hash may still differ in a scope.
  const places = [...new Set(contract.scopes.flat())];
  return copy(contract, byIdTable(contract.type), ['id', 'atMs', 'hash', ...places]);
}

/** The current table first, then its copies by further scopes, then the one by id. */
export function copyTablesOf(contract: Contract): readonly CopyTable[] {
  const scopes = contract.scopes.map((scope, index) => {
    const first = scope[0] ?? '';
    // The first is the current table, which is read for all that there is.
    const mustHave = index > 0 && contract.fields[first]?.optional === true ? first : null;
    return copy(contract, scopeTable(contract, scope), [...scope, 'atMs', 'id', 'hash'], mustHave);
  });
  if (scopes[0]?.name !== currentTable(contract.type)) throw new TypeError(`${contract.type} declares no scope`);
  return [...scopes, byIdTableOf(contract)];
}

export function columnSql(column: Column): string {
  const byDefault = column.byDefault === undefined ? '' : ` DEFAULT ${column.byDefault}`;
  const codec = column.codec === undefined ? '' : ` CODEC(${column.codec})`;
  return `${column.name} ${column.type}${byDefault}${codec}`;
}

/** The query of the view that feeds a copy; or of the rows that it takes from another table. */
export function feedQuery(table: CopyTable, from: string): string {
  const where = table.mustHave === null ? '' : ` WHERE ${feedCondition(table.mustHave)}`;
  return `SELECT ${table.columns.map((column) => column.name).join(', ')} FROM ${from}${where}`;
}

/** As ClickHouse writes it, too. */
export function feedCondition(field: string): string {
  return `${field} IS NOT NULL`;
}
