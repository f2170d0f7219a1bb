import { dayNumberOf } from './calendar.js';
import type { TableRow } from '../language/parameters.js';
import type { Scalar } from '../language/values.js';
import type { Field } from '../expression/expr.js';

/** Where a table is looked up: the values, or their SQL. What the reference does not name is missing. */
export interface TablePlaces<T> {
  region: T | undefined;
  day: T | undefined;
  when: (field: string) => T | undefined;
}

function wantedOf(row: TableRow): [string, readonly Scalar[]][] {
  return Object.entries(row.when ?? {}).map(([field, wanted]) => [field, Array.isArray(wanted) ? wanted : [wanted]]);
}

/** Reads a table: the value of the first row that fits; null if none does. */
export function tableReader(
  rows: readonly TableRow[],
  /** A value of the table as the field holds it. */
  literal: (field: string, value: Scalar) => Field,
): (places: TablePlaces<Field>) => number | null {
  const prepared = rows.map((row) => ({
    region: row.region,
    from: row.from === undefined ? null : dayNumberOf(row.from),
    to: row.to === undefined ? null : dayNumberOf(row.to),
    when: wantedOf(row).map(([field, values]) => [field, new Set(values.map((value) => literal(field, value)))] as const),
    value: row.value,
  }));
  return ({ region, day, when }) => {
    const fitting = prepared.find((row) => {
      if (row.region !== undefined && !(typeof region === 'string' && region.startsWith(row.region))) return false;
      if (row.from !== null && !(typeof day === 'number' && day >= row.from)) return false;
      if (row.to !== null && !(typeof day === 'number' && day <= row.to)) return false;
      return row.when.every(([field, values]) => {
        const value = when(field) ?? null;
        return value !== null && values.has(value);
      });
    });
    return fitting?.value ?? null;
  };
}

/** The same as SQL: values of the table never stand in the SQL itself. */
export function tableSql(
  rows: readonly TableRow[],
  { region, day, when }: TablePlaces<string>,
  literal: (field: string, value: Scalar) => string,
  parameter: (value: number | string) => string,
): string {
  const holds = (sql: string) => `ifNull(${sql}, 0)`;
  const arms = rows.map((row) => {
    const tests: string[] = [];
    if (row.region !== undefined) {
      const prefix = parameter(row.region);
      tests.push(region === undefined ? '0' : holds(`startsWith(${region}, ${prefix})`));
    }
    if (row.from !== undefined) tests.push(holds(`${day ?? 'NULL'} >= ${dayNumberOf(row.from)}`));
    if (row.to !== undefined) tests.push(holds(`${day ?? 'NULL'} <= ${dayNumberOf(row.to)}`));
    for (const [field, values] of wantedOf(row))
      tests.push(holds(`${when(field) ?? 'NULL'} IN (${values.map((value) => literal(field, value)).join(', ')})`));
    return `${tests.join(' AND ') || '1'}, toNullable(${parameter(row.value)})`;
  });
  return `multiIf(${arms.join(', ')}, NULL)`;
}
