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

/**
 * For each instant the place, from 0, of the first that lies within the span at and before it; the place after its own where none does. Instants are in
 * order, so that it only moves forward.
 */
function startsWithin(instants: readonly number[], spanMs: number): number[] {
  let from = 0;
  return instants.map((at, j) => {
    while (from <= j && at - (instants[from] ?? at) >= spanMs) from++;
    return from;
  });
}

/** The same where each instant has a span of its own: looked for in halves, for a start may lie before the one that came before it. */
function startsWithinEach(instants: readonly number[], spans: readonly number[]): number[] {
  return instants.map((at, j) => {
    const span = spans[j] ?? 0;
    let [from, to] = [0, j + 1];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (at - (instants[middle] ?? at) < span) to = middle;
      else from = middle + 1;
    }
    return from;
  });
}

/** How many values there are from each start to the start's own place. */
function countsFrom(starts: readonly number[], values: readonly Field[]): number[] {
  let count = 0;
  const before = [0, ...values.map((value) => (value === null ? count : ++count))];
  return starts.map((from, j) => (before[j + 1] ?? 0) - (before[from] ?? 0));
}

/** Their sums. What comes before a window may sum up to more than is exact: only what is asked for has to be. */
function sumsFrom(starts: readonly number[], values: readonly (number | null)[]): number[] {
  let sum = 0n;
  const before = [sum, ...values.map((value) => (sum += BigInt(exact(value ?? 0))))];
  return starts.map((from, j) => exact(Number((before[j + 1] ?? 0n) - (before[from] ?? 0n))));
}

/** Counts by place, of which those before a place are known in steps that grow with the logarithm of the places: a binary indexed tree. */
class PlaceCounts {
  private readonly counts: Int32Array;

  constructor(places: number) {
    this.counts = new Int32Array(places + 1);
  }

  add(place: number, count: number): void {
    for (let i = place + 1; i < this.counts.length; i += i & -i) this.counts[i] = (this.counts[i] ?? 0) + count;
  }

  before(place: number): number {
    let count = 0;
    for (let i = place; i > 0; i -= i & -i) count += this.counts[i] ?? 0;
    return count;
  }
}

/** How many different values there are from each start to the start's own place: each counts where it was met last. */
function distinctFrom(starts: readonly number[], values: readonly Field[]): number[] {
  const lastPlaces = new Map<Field, number>();
  const counts = new PlaceCounts(values.length);
  return starts.map((from, j) => {
    const value = values[j] ?? null;
    if (value !== null) {
      const last = lastPlaces.get(value);
      if (last !== undefined) counts.add(last, -1);
      counts.add(j, 1);
      lastPlaces.set(value, j);
    }
    return lastPlaces.size - counts.before(from);
  });
}

/** At each instant: the different values within the span are at least `threshold`. */
export const distinctReachedWithin = operator({
  name: 'distinctReachedWithin',
  sql: withinSql((inside) => `length(arrayDistinct(${inside}))`),
  run: (values: readonly Field[], instants: readonly number[], threshold: number, spanMs: number) =>
    distinctFrom(startsWithin(instants, spanMs), values).map((count) => count >= threshold),
});

/** At each instant: the sum of the values within the span is at least `threshold`. */
export const sumReachedWithin = operator({
  name: 'sumReachedWithin',
  sql: withinSql((inside) => `arraySum(arrayMap(v -> ifNull(v, 0), ${inside}))`),
  run: (values: readonly (number | null)[], instants: readonly number[], threshold: number, spanMs: number) =>
    sumsFrom(startsWithin(instants, spanMs), values).map((sum) => sum >= threshold),
});

/** At each instant: the sum of the values within the span at and before it. */
export const sumWithin = operator({
  name: 'sumWithin',
  sql: (values, instants, spanMs) =>
    `arrayMap((aj, j) -> arraySum(arrayFilter((v, a, i) -> i <= j AND aj - a < ${spanMs}, ${values}, ${instants}, arrayEnumerate(${instants}))), ${instants}, arrayEnumerate(${instants}))`,
  run: (values: readonly number[], instants: readonly number[], spanMs: number) =>
    sumsFrom(startsWithin(instants, spanMs), values),
});

/** The same measures where each instant has a span of its own: what lies within it at and before the instant. Quadratic in the records of one scope. */
function eachWithinSql(measure: (inside: string) => string) {
  return (values: string, instants: string, spans: string) => {
    const inside = `arrayFilter((v, a, i) -> i <= j AND aj - a < sj AND v IS NOT NULL, ${values}, ${instants}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, sj, j) -> toInt64(${measure(inside)}), ${instants}, ${spans}, arrayEnumerate(${instants}))`;
  };
}

/** At each instant: how many values there are within its span. */
export const countEachWithin = operator({
  name: 'countEachWithin',
  sql: eachWithinSql((inside) => `length(${inside})`),
  run: (values: readonly Field[], instants: readonly number[], spans: readonly number[]) =>
    countsFrom(startsWithinEach(instants, spans), values),
});

/** At each instant: how many different values there are within its span. */
export const distinctEachWithin = operator({
  name: 'distinctEachWithin',
  sql: eachWithinSql((inside) => `length(arrayDistinct(${inside}))`),
  run: (values: readonly Field[], instants: readonly number[], spans: readonly number[]) =>
    distinctFrom(startsWithinEach(instants, spans), values),
});

/** At each instant: the sum of the values within its span. */
export const sumEachWithin = operator({
  name: 'sumEachWithin',
  sql: eachWithinSql((inside) => `arraySum(arrayMap(v -> ifNull(v, 0), ${inside}))`),
  run: (values: readonly (number | null)[], instants: readonly number[], spans: readonly number[]) =>
    sumsFrom(startsWithinEach(instants, spans), values),
});

/** Of each instant: it lies within the span of one at or after it that is marked. */
export const isWithinMarked = operator({
  name: 'isWithinMarked',
  sql: (instants, marks, spans) =>
    `arrayMap((ai, i) -> arrayExists((aj, mj, sj, j) -> mj AND j >= i AND aj - ai < sj, ${instants}, ${marks}, ${spans}, arrayEnumerate(${instants})), ${instants}, arrayEnumerate(${instants}))`,
  // From the end: of those marked that is met first whose span begins first.
  run: (instants: readonly number[], marks: readonly boolean[], spans: readonly number[]) => {
    let beginsMs = Infinity;
    return instants
      .toReversed()
      .map((at, back) => {
        const j = instants.length - 1 - back;
        if (marks[j] === true) beginsMs = Math.min(beginsMs, at - (spans[j] ?? 0));
        return at > beginsMs;
      })
      .reverse();
  },
});
