import { operator, type Field } from '../expr.js';
import { exact } from './values.js';

/** A point is counted in so many parts: halves of halves stay whole numbers. */
export const PARTS_OF_POINT = 1_000;

/** After so many halvings nothing is left of the largest weight that a rule may give. */
const MAX_HALVINGS = 40;

const decayedSql = (points: string, ageMs: string, halfLifeMs: string) =>
  `intDiv(${points} * ${PARTS_OF_POINT}, bitShiftLeft(toInt64(1), toUInt8(least(intDiv(${ageMs}, ${halfLifeMs}), ${MAX_HALVINGS}))))`;

const decayedHere = (points: number, ageMs: number, halfLifeMs: number) =>
  // A power of two divides without a rounding of its own.
  Math.trunc(exact(points * PARTS_OF_POINT) / 2 ** Math.min(Math.trunc(ageMs / halfLifeMs), MAX_HALVINGS));

/** What is left of points after a time, in thousandths: halved once for each whole half-life, towards zero. */
export const decayed = operator({ name: 'decayed', sql: decayedSql, run: decayedHere });

/** Of each instant the places at and before it that lie within the span, to the first; in order, so it is the last few. */
function* windowsOf(instants: readonly number[], spanMs: number): Generator<{ from: number; to: number; at: number }> {
  let from = 0;
  for (const [to, at] of instants.entries()) {
    while (at - (instants[from] ?? at) >= spanMs) from++;
    yield { from, to, at };
  }
}

/** At each instant: what is left of all points within the span at and before it, see {@link decayed}. */
export const scoresWithin = operator({
  name: 'scoresWithin',
  sql: (points, instants, spanMs, halfLifeMs) => {
    const left = `if(i <= j AND aj - a < ${spanMs}, ${decayedSql('p', 'greatest(aj - a, 0)', halfLifeMs)}, 0)`;
    const sum = `arraySum((p, a, i) -> ${left}, ${points}, ${instants}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, j) -> ${sum}, ${instants}, arrayEnumerate(${instants}))`;
  },
  run: (points: readonly number[], instants: readonly number[], spanMs: number, halfLifeMs: number) =>
    Array.from(windowsOf(instants, spanMs), ({ from, to, at }) => {
      let total = 0;
      for (let i = from; i <= to; i++) total = exact(total + decayedHere(points[i] ?? 0, at - (instants[i] ?? at), halfLifeMs));
      return total;
    }),
});

/** At each instant: how many different keys there are among those within the span of whose points something is left. */
export const scorersWithin = operator({
  name: 'scorersWithin',
  sql: (keys, points, instants, spanMs, halfLifeMs) => {
    const counts = `i <= j AND aj - a < ${spanMs} AND k IS NOT NULL AND ${decayedSql('p', 'greatest(aj - a, 0)', halfLifeMs)} > 0`;
    const inside = `arrayFilter((k, p, a, i) -> ${counts}, ${keys}, ${points}, ${instants}, arrayEnumerate(${instants}))`;
    return `arrayMap((aj, j) -> toInt64(length(arrayDistinct(${inside}))), ${instants}, arrayEnumerate(${instants}))`;
  },
  run: (keys: readonly Field[], points: readonly number[], instants: readonly number[], spanMs: number, halfLifeMs: number) =>
    Array.from(windowsOf(instants, spanMs), ({ from, to, at }) => {
      const found = new Set<Field>();
      for (let i = from; i <= to; i++)
        if (decayedHere(points[i] ?? 0, at - (instants[i] ?? at), halfLifeMs) > 0) found.add(keys[i] ?? null);
      found.delete(null);
      return found.size;
    }),
});
