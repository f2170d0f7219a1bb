import { operator } from '../expr.js';
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
const whole = (value: bigint) => exact(Number(value));

/** Of sorted values; half the sum of the two in the middle, which may be beyond 64 bits, towards zero. */
const median = operator({
  name: 'median',
  sql: (values) =>
    `toInt64(intDiv(toInt128(${values}[intDiv(length(${values}) + 1, 2)]) + toInt128(${values}[intDiv(length(${values}), 2) + 1]), 2))`,
  run: (values: readonly number[]) => {
    const middle = Math.floor(values.length / 2);
    if (values.length === 0) return 0;
    return values.length % 2 === 1
      ? at(values, middle + 1)
      : whole((BigInt(at(values, middle)) + BigInt(at(values, middle + 1))) / 2n);
  },
});

/** Of n sorted values the one at place ⌈percent · n / 100⌉, from 1: one of them, never something in between; 0 of nothing. */
const quantile = operator({
  name: 'quantile',
  sql: (values, percent) => `${values}[intDiv(toInt64(length(${values})) * ${percent} + 99, 100)]`,
  run: (values: readonly number[], percent: number) => at(values, Math.ceil((values.length * percent) / 100)),
});

/** How far two values are apart. */
const distance = operator({
  name: 'distance',
  sql: (a, b) => `toInt64(abs(toInt128(${a}) - ${b}))`,
  run: (a: number, b: number) => exact(Math.abs(a - b)),
});

/** So many percent of how far it spreads, towards zero, below the one or above the other end. */
const below = operator({
  name: 'below',
  sql: (from, spread, percent) => `toInt64(${from} - intDiv(toInt128(${spread}) * ${percent}, 100))`,
  run: (from: number, spread: number, percent: number) => whole(BigInt(from) - (BigInt(spread) * BigInt(percent)) / 100n),
});
const above = operator({
  name: 'above',
  sql: (from, spread, percent) => `toInt64(${from} + intDiv(toInt128(${spread}) * ${percent}, 100))`,
  run: (from: number, spread: number, percent: number) => whole(BigInt(from) + (BigInt(spread) * BigInt(percent)) / 100n),
});

export { above, average, below, distance, median, quantile, sortedNumbers };
