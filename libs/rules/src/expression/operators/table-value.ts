import type { TableRow } from '../../language/parameters.js';
import type { Scalar } from '../../language/values.js';
import { dayNumberOf } from '../../compile/conditions.js';
import { type Expr, type Operator } from '../expr.js';

type Field = number | string | null;

/** The places from which a table is looked up: what the reference does not name is missing. */
export interface TableKeys {
  region: Expr<string | null> | null;
  day: Expr<number | null> | null;
  /** Fields of `when`, with how a value of the table is written to compare with them. */
  when: ReadonlyMap<string, { expr: Expr<Field>; literal(value: Scalar): { sql: string; value: Field } }>;
  /** The placeholder of a value of the table: values of a rule never stand in the SQL itself. */
  parameter(value: number | string): string;
}

/** The value of the first row that fits; missing if none does. */
export function tableValue(rows: readonly TableRow[], keys: TableKeys): Expr<number | null> {
  const fields = [...keys.when.keys()];
  const args = [
    ...(keys.region ? [keys.region] : []),
    ...(keys.day ? [keys.day] : []),
    ...[...keys.when.values()].map((key) => key.expr),
  ];
  const placed = <T>(all: readonly T[]) => ({
    region: keys.region ? all[0] : undefined,
    day: keys.day ? all[keys.region ? 1 : 0] : undefined,
    when: (field: string) => all[args.length - fields.length + fields.indexOf(field)],
  });
  const made: Operator = {
    kind: 'plain',
    name: 'tableValue',
    sql: (...texts) => tableSql(rows, keys, placed(texts)),
    // Its arguments are those given here.
    run: (...values: Field[]) => rows.find((row) => fits(row, keys, placed(values)))?.value ?? null,
  };
  return { operator: made, args, body: null };
}

interface Placed<T> {
  region: T | undefined;
  day: T | undefined;
  when: (field: string) => T | undefined;
}

function wantedOf(row: TableRow): [string, readonly Scalar[]][] {
  return Object.entries(row.when ?? {}).map(([field, wanted]) => [field, Array.isArray(wanted) ? wanted : [wanted]]);
}

function fits(row: TableRow, keys: TableKeys, { region, day, when }: Placed<Field>): boolean {
  if (row.region !== undefined && !(typeof region === 'string' && region.startsWith(row.region))) return false;
  if (row.from !== undefined && !(typeof day === 'number' && day >= dayNumberOf(row.from))) return false;
  if (row.to !== undefined && !(typeof day === 'number' && day <= dayNumberOf(row.to))) return false;
  return wantedOf(row).every(([field, values]) => {
    const value = when(field) ?? null;
    return value !== null && values.some((wanted) => keys.when.get(field)?.literal(wanted).value === value);
  });
}

function tableSql(rows: readonly TableRow[], keys: TableKeys, { region, day, when }: Placed<string>): string {
  const arms = rows.map((row) => {
    const tests: string[] = [];
    if (row.region !== undefined)
      tests.push(region === undefined ? '0' : `ifNull(startsWith(${region}, ${keys.parameter(row.region)}), 0)`);
    if (row.from !== undefined) tests.push(`ifNull(${day ?? 'NULL'} >= ${dayNumberOf(row.from)}, 0)`);
    if (row.to !== undefined) tests.push(`ifNull(${day ?? 'NULL'} <= ${dayNumberOf(row.to)}, 0)`);
    for (const [field, values] of wantedOf(row))
      tests.push(
        `ifNull(${when(field) ?? 'NULL'} IN (${values.map((value) => keys.when.get(field)?.literal(value).sql).join(', ')}), 0)`,
      );
    return `${tests.join(' AND ') || '1'}, toNullable(${keys.parameter(row.value)})`;
  });
  return `multiIf(${arms.join(', ')}, NULL)`;
}
