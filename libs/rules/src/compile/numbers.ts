import { operator, type Expr } from '../expression/expr.js';
import type { Field } from './rule-context.js';

/** A list of fields that the check of the rule knows for whole numbers. */
export function numbers(values: Expr<readonly Field[]>): Expr<readonly (number | null)[]> {
  return values as Expr<readonly (number | null)[]>; // said above
}

const list = operator({
  name: 'listOf',
  sql: (...values) => `[${values.map((value) => `toInt64(${value})`).join(', ')}]`,
  run: (...values: readonly number[]): readonly number[] => values,
});

export function listOf(values: readonly Expr<number>[]): Expr<readonly number[]> {
  return list(...values);
}
