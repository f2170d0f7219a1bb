import { column, slotExpression } from './columns.js';
import type { RecordSource } from './record-source.js';
import { reachSql, rowScopeSql, scopeFilters, scopePresentSql, type Reach } from './scope.js';
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
}

/** `scope` and the wanted columns of the rows that go this way; one SELECT for each of its links. */
export function waySelects(way: Way, wanted: WantedRows): string[] {
  const { link } = way;
  return link ? link.on.map((on) => linkedSelect(way, link, on, wanted)) : [ownSelect(way, wanted)];
}

function ownSelect({ contract, fields }: Way, { records, reach, expressions, where }: WantedRows): string {
  const { from, leading } = records.rows(contract, fields);
  const { key, rest } =
    reach === 'scopes'
      ? scopeFilters(contract, fields, leading)
      : { key: null, rest: reachSql(contract, fields, leading, reach) };
  const filters = [rest ?? '1', scopePresentSql(contract, fields), where];
  const table = key === null ? from : `${from}\nPREWHERE ${key}`;
  return select([`${rowScopeSql(contract, fields)} AS scope`, ...expressions], table, filters);
}

/**
 * Rows that belong to a scope through the subject of a join. Subjects of the wanted scopes are read first; the set of their
 * keys then lets ClickHouse skip the rest of the other table, if that is sorted by the key.
 */
function linkedSelect(
  { contract }: Way,
  { subject, subjectFields }: NonNullable<Way['link']>,
  on: Readonly<Record<string, string>>,
  { records, reach, columns, expressions, where }: WantedRows,
): string {
  const own = Object.keys(on);
  const wanted = Object.values(on);
  const subjectRows = records.rows(subject, subjectFields);
  const subjectFilters = [
    reachSql(subject, subjectFields, subjectRows.leading, reach),
    scopePresentSql(subject, subjectFields),
    ...wanted.map((field) => `${column(subject, field).sql} IS NOT NULL`),
  ];
  const keys = wanted.map((field, i) => `assumeNotNull(${keySql(subject, field)}) AS k${i}`);
  const subjects = select(
    [`${rowScopeSql(subject, subjectFields)} AS scope`, ...keys],
    subjectRows.from,
    subjectFilters,
    'SELECT DISTINCT',
  );
  const { from } = records.rows(contract, own);
  const columnsOfKey = own.map((field) => column(contract, field).sql);
  const filters = [...columnsOfKey.map((sql) => `${sql} IS NOT NULL`), where];
  if (reach === 'scopes') {
    const set = `SELECT ${wanted.map((field) => keySql(subject, field)).join(', ')} FROM ${subjectRows.from}${whereClause(subjectFilters, ' ')}`;
    filters.unshift(`${own.length === 1 ? columnsOfKey[0] : `(${columnsOfKey.join(', ')})`} IN (${set})`);
  }
  const linkKeys = own.map((field, i) => `assumeNotNull(${keySql(contract, field)}) AS k${i}`);
  const rows = select([...expressions, ...linkKeys], from, filters);
  const equal = own.map((_field, i) => `linked.k${i} = subjects.k${i}`).join(' AND ');
  const named = columns.map((name) => `linked.${name} AS ${name}`);
  const joined = `(\n${indent(rows)}\n) AS linked\nINNER JOIN (\n${indent(subjects)}\n) AS subjects ON ${equal}`;
  return select(['subjects.scope AS scope', ...named], joined, []);
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
function select(columns: readonly string[], from: string, filters: readonly string[], word = 'SELECT'): string {
  return `${word}\n${indent(columns.join(',\n'))}\nFROM ${from}${whereClause(filters, '\n')}`;
}

/** @param between what stands before it, and before each further condition */
function whereClause(filters: readonly string[], between: ' ' | '\n'): string {
  const used = filters.filter((filter) => filter !== '1' && filter !== '(1)');
  return used.length === 0 ? '' : `${between}WHERE ${used.join(`${between === ' ' ? ' ' : '\n  '}AND `)}`;
}
