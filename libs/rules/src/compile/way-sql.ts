import { column, slotExpression } from './columns.js';
import { CURRENT_RECORDS, type RecordSource, type SourceRows } from './record-source.js';
import { reachFilters, rowScopeSql, scopeFilters, scopePresentSql, type Reach, type RowFilters } from './scope.js';
import { indent } from './pipeline.js';
import type { Contract } from '@tianyan/contracts';

/** How rows of one type reach their scopes: by their own fields, or over the subject of a join. */
export interface Way {
  contract: Contract;
  fields: readonly string[];
  link: { subject: Contract; subjectFields: readonly string[]; on: Readonly<Record<string, string>>[] } | null;
}

/** What is wanted of each row: `expressions` give the columns their values. */
export interface WantedRows {
  /** Where the rows come from. */
  records: RecordSource;
  reach: Reach;
  columns: readonly string[];
  expressions: readonly string[];
  /** Which rows; '1': all. */
  where: string;
  /** Further conditions, each of one of the rows' own fields. */
  narrowed?: readonly Narrowed[];
}

/** A condition that looks at one field alone. */
export interface Narrowed {
  field: string;
  sql: string;
}

/** Conditions of rows, of which those that look at the sort key alone may be asked before FINAL; see {@link RowFilters}. */
export class Filtering {
  private readonly keyed: string[] = [];
  private readonly others: string[] = [];

  constructor(
    private readonly rows: SourceRows,
    narrowed: readonly Narrowed[] = [],
  ) {
    for (const { field, sql } of narrowed) this.add(sql, [field]);
  }

  /** @param of the fields that the condition looks at; missing: others than those of the sort key */
  add(sql: string | null, of: readonly string[] | null = null): this {
    const { sorted } = this.rows;
    if (sql !== null) (of?.every((field) => sorted.includes(field)) ? this.keyed : this.others).push(sql);
    return this;
  }

  addAll({ key, rest }: RowFilters): this {
    // Records of before are no table.
    (this.rows.sorted.length > 0 ? this.keyed : this.others).push(...(key === null ? [] : [key]));
    return this.add(rest);
  }

  /** The table and what may be asked before FINAL. */
  from(): string {
    return `${this.rows.from}${this.keyed.length === 0 ? '' : `\nPREWHERE ${this.keyed.join(' AND ')}`}`;
  }

  /** What is asked of the rows that FINAL has chosen. */
  where(): readonly string[] {
    return this.others;
  }
}

/** `scope` and the wanted columns of the rows that go this way; one SELECT for each of its links. */
export function waySelects(way: Way, wanted: WantedRows): string[] {
  const { link } = way;
  return link ? link.on.map((on) => linkedSelect(way, link, on, wanted)) : [ownSelect(way, wanted)];
}

function ownSelect({ contract, fields }: Way, { records, reach, expressions, where, narrowed = [] }: WantedRows): string {
  const rows = records.rows(contract, fields);
  const filtering = new Filtering(rows, narrowed)
    .addAll(reachFilters(contract, fields, rows.leading, reach))
    .add(scopePresentSql(contract, fields))
    .add(where);
  return select([`${rowScopeSql(contract, fields)} AS scope`, ...expressions], filtering);
}

/**
 * Rows that belong to a scope through the subject of a join. Subjects of the wanted scopes are read first; the set of their
 * keys then lets ClickHouse skip the rest of the other table, if that is sorted by the key.
 */
function linkedSelect(
  { contract }: Way,
  { subject, subjectFields }: NonNullable<Way['link']>,
  on: Readonly<Record<string, string>>,
  { records, reach, columns, expressions, where, narrowed = [] }: WantedRows,
): string {
  const own = Object.keys(on);
  const wanted = Object.values(on);
  const subjectRows = records.rows(subject, subjectFields);
  const ofSubjects = new Filtering(subjectRows)
    .addAll(reachFilters(subject, subjectFields, subjectRows.leading, reach))
    .add(scopePresentSql(subject, subjectFields));
  for (const field of wanted) ofSubjects.add(`${column(subject, field).sql} IS NOT NULL`);
  const keys = wanted.map((field, i) => `assumeNotNull(${keySql(subject, field)}) AS k${i}`);
  const subjects = select([`${rowScopeSql(subject, subjectFields)} AS scope`, ...keys], ofSubjects, 'SELECT DISTINCT');
  const columnsOfKey = own.map((field) => column(contract, field).sql);
  const filtering = new Filtering(records.rows(contract, own), narrowed);
  if (reach === 'scopes') {
    const set = `SELECT ${wanted.map((field) => keySql(subject, field)).join(', ')} FROM ${ofSubjects.from()}${whereClause(ofSubjects.where(), ' ')}`;
    filtering.add(`${own.length === 1 ? columnsOfKey[0] : `(${columnsOfKey.join(', ')})`} IN (${set})`, own);
  }
  for (const sql of columnsOfKey) filtering.add(`${sql} IS NOT NULL`);
  filtering.add(where);
  const linkKeys = own.map((field, i) => `assumeNotNull(${keySql(contract, field)}) AS k${i}`);
  const rows = select([...expressions, ...linkKeys], filtering);
  const equal = own.map((_field, i) => `linked.k${i} = subjects.k${i}`).join(' AND ');
  const named = columns.map((name) => `linked.${name} AS ${name}`);
  const joined = `(\n${indent(rows)}\n) AS linked\nINNER JOIN (\n${indent(subjects)}\n) AS subjects ON ${equal}`;
  return `SELECT\n${indent(['subjects.scope AS scope', ...named].join(',\n'))}\nFROM ${joined}`;
}

/** What follows FROM: the rows as they are now, of the scopes of the parameter `scopes` by these fields. */
export function currentRowsOfScopes(contract: Contract, fields: readonly string[]): string {
  const rows = CURRENT_RECORDS.rows(contract, fields);
  const filtering = new Filtering(rows).addAll(scopeFilters(contract, fields, rows.leading));
  return `${filtering.from()}${whereClause(filtering.where(), '\n')}`;
}

/** The order field of a contract's rows; 0 where it has none. */
export function orderSql(contract: Contract): string {
  return contract.order === null ? 'toInt64(0)' : `toInt64(ifNull(${contract.order}, 0))`;
}

/** Keys of two tables are compared as text, unless both are numbers. */
function keySql(contract: Contract, field: string): string {
  return slotExpression(column(contract, field));
}

/** One column a line. */
function select(columns: readonly string[], filtering: Filtering, word = 'SELECT'): string {
  return `${word}\n${indent(columns.join(',\n'))}\nFROM ${filtering.from()}${whereClause(filtering.where(), '\n')}`;
}

/** @param between what stands before it, and before each further condition */
export function whereClause(filters: readonly string[], between: ' ' | '\n'): string {
  const used = filters.filter((filter) => filter !== '1' && filter !== '(1)');
  return used.length === 0 ? '' : `${between}WHERE ${used.join(`${between === ' ' ? ' ' : '\n  '}AND `)}`;
}
