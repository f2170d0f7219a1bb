import type { TableRow } from '../../language/parameters.js';
import type { Scalar } from '../../language/values.js';
import { tableReader, tableSql } from '../../compile/table-rows.js';
import { type Expr, type Field, type Operator } from '../expr.js';

/** The places from which a table is looked up: what the reference does not name is missing. */
export interface TableKeys {
  region: Expr<string | null> | null;
  day: Expr<number | null> | null;
  /** Fields of `when`. */
  when: ReadonlyMap<string, Expr<Field>>;
  /** A value of the table as a field of `when` holds it, and as SQL that compares with it. */
  literal: (field: string, value: Scalar) => Field;
  literalSql: (field: string, value: Scalar) => string;
  /** The placeholder of a value of the table. */
  parameter: (value: number | string) => string;
}

/** The value of the first row that fits; missing if none does. */
export function tableValue(rows: readonly TableRow[], keys: TableKeys): Expr<number | null> {
  const { region, day, literal, literalSql, parameter } = keys;
  const fields = [...keys.when.keys()];
  const ofRecord = [region, day].filter((place) => place !== null);
  const placesOf = <T>(all: readonly T[]) => ({
    region: region ? all[0] : undefined,
    day: day ? all[region ? 1 : 0] : undefined,
    when: (field: string) => all[ofRecord.length + fields.indexOf(field)],
  });
  const read = tableReader(rows, literal);
  const made: Operator = {
    kind: 'plain',
    name: 'tableValue',
    sql: (...texts) => tableSql(rows, placesOf(texts), literalSql, parameter),
    // Its arguments are those given here.
    run: (...values: Field[]) => read(placesOf(values)),
  };
  return { operator: made, args: [...ofRecord, ...keys.when.values()], body: null };
}
