import { operator, type Expr } from '../expr.js';
import { exact } from './values.js';

/**
 * So many times a value by another, towards zero; missing where one of them is, or the divisor is not above 0. A value many times over may
 * be beyond 64 bits.
 */
export const quotient = operator({
  name: 'quotient',
  sql: (value, by, times) =>
    `if(ifNull(${by}, 0) > 0, toInt64(intDiv(toInt128(${value}) * ${times}, toInt128(greatest(ifNull(${by}, 1), 1)))), NULL)`,
  run: (value: number | null, by: number | null, times: number) =>
    value === null || by === null || by <= 0 ? null : exact(Number((BigInt(value) * BigInt(times)) / BigInt(by))),
});

/** Values in order. */
const sortedNumbers = operator({
  name: 'sortedNumbers',
  sql: (values) => `arraySort(${values})`,
  run: (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b),
});

/** The average, towards zero; 0 of nothing. */
const average = operator({
  name: 'average',
  sql: (values) => `toInt64(intDiv(arraySum(arrayMap(x -> toInt128(x), ${values})), greatest(length(${values}), 1)))`,
  run: (values: readonly number[]) => {
    if (values.length === 0) return 0;
    return exact(Number(values.reduce((sum, value) => sum + BigInt(value), 0n) / BigInt(values.length)));
  },
});

const at = (values: readonly number[], place: number) => values[place - 1] ?? 0;
const half = (value: number) => exact(Math.trunc(value / 2));
/** Place of the k-th quarter, from 1. */
const quarter = (n: number, k: number) => Math.trunc((k * n + 3) / 4);

/** Of sorted values. */
const median = operator({
  name: 'median',
  sql: (values) => `intDiv(${values}[intDiv(length(${values}) + 1, 2)] + ${values}[intDiv(length(${values}), 2) + 1], 2)`,
  run: (values: readonly number[]) =>
    values.length === 0 ? 0 : half(exact(at(values, half(values.length + 1)) + at(values, half(values.length) + 1))),
});

const quarterSql = (values: string, k: number) => `${values}[intDiv(${k} * length(${values}) + 3, 4)]`;
const reachSql = (values: string) => `intDiv(3 * (${quarterSql(values, 3)} - ${quarterSql(values, 1)}), 2)`;
const reach = (values: readonly number[]) =>
  half(exact(3 * (at(values, quarter(values.length, 3)) - at(values, quarter(values.length, 1)))));

const lowerFence = operator({
  name: 'lowerFence',
  sql: (values) => `(${quarterSql(values, 1)} - ${reachSql(values)})`,
  run: (values: readonly number[]) => exact(at(values, quarter(values.length, 1)) - reach(values)),
});
const upperFence = operator({
  name: 'upperFence',
  sql: (values) => `(${quarterSql(values, 3)} + ${reachSql(values)})`,
  run: (values: readonly number[]) => exact(at(values, quarter(values.length, 3)) + reach(values)),
});

const STATISTICS = { average, median, lowerFence, upperFence } as const;

/** See `statSchema`; 0 of nothing. `values` in any order; those sorted are to be kept as a step, as they are used several times. */
export function statistic(of: keyof typeof STATISTICS, values: Expr<readonly number[]>): Expr<number> {
  return STATISTICS[of](values);
}

export { sortedNumbers };
