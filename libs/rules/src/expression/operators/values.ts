import { constant, operator, type Expr } from '../expr.js';

/** Whole numbers beyond this are not exact in the process: whoever asks falls back to SQL. */
export class InexactError extends RangeError {
  override readonly name = 'InexactError';
}

/** @throws InexactError for a number that is not exact */
export function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new InexactError(`not exact: ${value}`);
  // Whole numbers of ClickHouse know no −0.
  return value + 0;
}

/** A whole number written out. */
export function number(value: number): Expr<number> {
  return constant(`number ${value}`, String(value), value);
}

export const plus = operator({
  name: 'plus',
  sql: (a, b) => `(${a} + ${b})`,
  run: (a: number, b: number) => exact(a + b),
});

export const minus = operator({
  name: 'minus',
  sql: (a, b) => `(${a} - ${b})`,
  run: (a: number, b: number) => exact(a - b),
});

export const times = operator({
  name: 'times',
  sql: (a, b) => `(${a} * ${b})`,
  run: (a: number, b: number) => exact(a * b),
});

/** The whole part of a quotient, towards zero; the divisor must not be 0. */
export const dividedBy = operator({
  name: 'dividedBy',
  sql: (a, b) => `intDiv(${a}, ${b})`,
  run: (a: number, b: number) => exact(Math.trunc(a / b)),
});

export const larger = operator({
  name: 'larger',
  sql: (a, b) => `greatest(${a}, ${b})`,
  run: (a: number, b: number) => Math.max(a, b),
});

/** So much more; what is missing stays missing. */
export const movedBy = operator({
  name: 'movedBy',
  sql: (value, by) => `(${value} + ${by})`,
  run: (value: number | null, by: number) => (value === null ? null : exact(value + by)),
});

/** What {@link movedTimes} is, in SQL. */
export function movedTimesSql(value: string, times: string, unit: number | string, most: number | string): string {
  return `(${value} + if(${times} BETWEEN -${most} AND ${most}, ${times}, NULL) * ${unit})`;
}

/** So many times a unit more; missing where one of them is missing, or it would be more often than that, either way. */
export const movedTimes = operator({
  name: 'movedTimes',
  sql: movedTimesSql,
  run: (value: number | null, times: number | null, unit: number, most: number) =>
    value === null || times === null || Math.abs(times) > most ? null : exact(value + times * unit),
});

/** The value, or another where it is missing. */
export const orElse = operator({
  name: 'orElse',
  sql: (value, other) => `ifNull(${value}, ${other})`,
  run: (value: number | null, other: number) => value ?? other,
});

export const isMissing = operator({
  name: 'isMissing',
  sql: (value) => `(${value} IS NULL)`,
  run: (value: unknown) => value === null,
});

/** So many percent of the whole a part is, towards zero; 0 of a whole that is not above 0. A hundred times a sum may be beyond 64 bits. */
export const percentOf = operator({
  name: 'percentOf',
  sql: (part, whole) => `if(${whole} > 0, toInt64(intDiv(toInt128(${part}) * 100, toInt128(greatest(${whole}, 1)))), 0)`,
  run: (part: number, whole: number) => (whole > 0 ? exact(Number((BigInt(part) * 100n) / BigInt(whole))) : 0),
});

/** One of two whole numbers. */
export const choose = operator({
  name: 'choose',
  sql: (condition, yes, no) => `if(${condition}, toInt64(${yes}), toInt64(${no}))`,
  run: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
});

/** n of a deadline: −1, which is none, where the day of its beginning or n itself is missing. */
export const limitFrom = operator({
  name: 'limitFrom',
  sql: (startDay, n) => `toInt64(ifNull(if(${startDay} IS NULL, NULL, ${n}), -1))`,
  run: (startDay: number | null, n: number | null) => (startDay === null ? -1 : (n ?? -1)),
});

/** 1 or 0. */
export const flag = operator({ name: 'flag', sql: (is) => `toInt64(${is})`, run: (is: boolean) => (is ? 1 : 0) });
