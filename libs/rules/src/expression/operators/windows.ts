import { operator, type Field } from '../expr.js';
import { exact } from './values.js';

/**
 * At each instant: there are `threshold` of them at and before it whose distance to it is strictly smaller than the span. In
 * linear time: compared with the instant `threshold − 1` places earlier.
 */
export const countReachedWithin = operator({
  name: 'countReachedWithin',
  sql: (instants, threshold, spanMs) => {
    const back = `(${threshold} - 1)`;
    const none = `arrayResize(CAST([], 'Array(Int64)'), least(${back}, length(${instants})))`;
    const earlier = `arrayConcat(${none}, arraySlice(${instants}, 1, greatest(toInt64(length(${instants})) - ${back}, 0)))`;
    return `arrayMap((a, b, i) -> i >= ${threshold} AND a - b < ${spanMs}, ${instants}, ${earlier}, arrayEnumerate(${instants}))`;
  },
  run: (instants: readonly number[], threshold: number, spanMs: number) =>
    instants.map((at, i) => i + 1 >= threshold && at - (instants[i - threshold + 1] ?? 0) < spanMs),
});

/** SQL of a measure over what lies within the span at and before each instant; quadratic in the records of one scope. */
function withinSql(measure: (inside: string) => string) {
  return (values: string, instants: string, threshold: string, spanMs: string) => {
    const inside = `arrayFilter((v, a, i) -> i <= j AND aj - a < ${spanMs} AND v IS NOT NULL, ${values}, ${instants}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, j) -> ${measure(inside)} >= ${threshold}, ${instants}, arrayEnumerate(${instants}))`;
  };
}

/** What is there and lies within the span at and before each instant. Instants are in order, so it is the last few. */
function* within(values: readonly Field[], instants: readonly number[], spanMs: number): Generator<readonly Field[]> {
  let from = 0;
  for (const [i, at] of instants.entries()) {
    while (at - (instants[from] ?? at) >= spanMs) from++;
    yield values.slice(from, i + 1).filter((value) => value !== null);
  }
}

/** At each instant: the different values within the span are at least `threshold`. */
export const distinctReachedWithin = operator({
  name: 'distinctReachedWithin',
  sql: withinSql((inside) => `length(arrayDistinct(${inside}))`),
  run: (values: readonly Field[], instants: readonly number[], threshold: number, spanMs: number) =>
    Array.from(within(values, instants, spanMs), (inside) => new Set(inside).size >= threshold),
});

/** At each instant: the sum of the values within the span is at least `threshold`. */
export const sumReachedWithin = operator({
  name: 'sumReachedWithin',
  sql: withinSql((inside) => `arraySum(arrayMap(v -> ifNull(v, 0), ${inside}))`),
  run: (values: readonly (number | null)[], instants: readonly number[], threshold: number, spanMs: number) =>
    Array.from(
      within(values, instants, spanMs),
      (inside) => inside.reduce<number>((total, value) => exact(total + Number(value)), 0) >= threshold,
    ),
});

/** At each instant: the sum of the values within the span at and before it. */
export const sumWithin = operator({
  name: 'sumWithin',
  sql: (values, instants, spanMs) =>
    `arrayMap((aj, j) -> arraySum(arrayFilter((v, a, i) -> i <= j AND aj - a < ${spanMs}, ${values}, ${instants}, arrayEnumerate(${instants}))), ${instants}, arrayEnumerate(${instants}))`,
  run: (values: readonly number[], instants: readonly number[], spanMs: number) =>
    Array.from(within(values, instants, spanMs), (inside) =>
      inside.reduce<number>((total, value) => exact(total + Number(value)), 0),
    ),
});

/** The same measures where each instant has a span of its own: what lies within it at and before the instant. Quadratic in the records of one scope. */
function eachWithinSql(measure: (inside: string) => string) {
  return (values: string, instants: string, spans: string) => {
    const inside = `arrayFilter((v, a, i) -> i <= j AND aj - a < sj AND v IS NOT NULL, ${values}, ${instants}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, sj, j) -> toInt64(${measure(inside)}), ${instants}, ${spans}, arrayEnumerate(${instants}))`;
  };
}

/** What is there and lies within its span at and before each instant. */
function eachWithin(values: readonly Field[], instants: readonly number[], spans: readonly number[]): (readonly Field[])[] {
  return instants.map((at, j) =>
    values.slice(0, j + 1).filter((value, i) => value !== null && at - (instants[i] ?? at) < (spans[j] ?? 0)),
  );
}

/** At each instant: how many values there are within its span. */
export const countEachWithin = operator({
  name: 'countEachWithin',
  sql: eachWithinSql((inside) => `length(${inside})`),
  run: (values: readonly Field[], instants: readonly number[], spans: readonly number[]) =>
    eachWithin(values, instants, spans).map((inside) => inside.length),
});

/** At each instant: how many different values there are within its span. */
export const distinctEachWithin = operator({
  name: 'distinctEachWithin',
  sql: eachWithinSql((inside) => `length(arrayDistinct(${inside}))`),
  run: (values: readonly Field[], instants: readonly number[], spans: readonly number[]) =>
    eachWithin(values, instants, spans).map((inside) => new Set(inside).size),
});

/** At each instant: the sum of the values within its span. */
export const sumEachWithin = operator({
  name: 'sumEachWithin',
  sql: eachWithinSql((inside) => `arraySum(arrayMap(v -> ifNull(v, 0), ${inside}))`),
  run: (values: readonly (number | null)[], instants: readonly number[], spans: readonly number[]) =>
    eachWithin(values, instants, spans).map((inside) => inside.reduce<number>((total, value) => exact(total + Number(value)), 0)),
});

/** Of each instant: it lies within the span of one at or after it that is marked. */
export const isWithinMarked = operator({
  name: 'isWithinMarked',
  sql: (instants, marks, spans) =>
    `arrayMap((ai, i) -> arrayExists((aj, mj, sj, j) -> mj AND j >= i AND aj - ai < sj, ${instants}, ${marks}, ${spans}, arrayEnumerate(${instants})), ${instants}, arrayEnumerate(${instants}))`,
  run: (instants: readonly number[], marks: readonly boolean[], spans: readonly number[]) =>
    instants.map((ai, i) => instants.some((aj, j) => j >= i && marks[j] === true && aj - ai < (spans[j] ?? 0))),
});
