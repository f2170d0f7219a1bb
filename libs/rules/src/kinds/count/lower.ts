import { step, type Expr, type Field } from '../../expression/expr.js';
import {
  distinctCount,
  filter,
  firstPlaceOf,
  lengthOf,
  map,
  noNumbers,
  numberAt,
  places,
  smallest,
  listOf,
} from '../../expression/operators/lists.js';
import { carriedBackward, runningDistinct, runningSum } from '../../expression/operators/running.js';
import { atLeast, both, either, less, more } from '../../expression/operators/tests.js';
import { choose, minus, number } from '../../expression/operators/values.js';
import {
  countEachWithin,
  countReachedWithin,
  distinctEachWithin,
  distinctReachedWithin,
  isWithinMarked,
  sumEachWithin,
  sumReachedWithin,
} from '../../expression/operators/windows.js';
import { appliedNumbers, limitsOfEach, looksUp } from './limits.js';
import type { Count, CountClause } from './schema.js';
import { type Lowered, type Members, type Proof, type RuleContext, numbers } from '../../compile/rule-context.js';

interface Counted {
  at: Expr<readonly number[]>;
  values: Expr<readonly Field[]> | null;
  threshold: Expr<number>;
}

/** One element per record of the input: the measure over it and those before it reaches the threshold. */
function reachedWhole(clause: CountClause, { at, values, threshold }: Counted): Expr<readonly boolean[]> {
  if (values === null) return map([places(at)], (place) => atLeast(place, threshold));
  const measured = clause.measure === 'sum' ? runningSum(numbers(values)) : runningDistinct(values);
  return map([measured], (value) => atLeast(value, threshold));
}

/** The same over the records less than the span before it. */
function reachedWithin(clause: CountClause, { at, values, threshold }: Counted, spanMs: Expr<number>): Expr<readonly boolean[]> {
  if (values === null) return countReachedWithin(at, threshold, spanMs);
  if (clause.measure === 'sum') return sumReachedWithin(numbers(values), at, threshold, spanMs);
  return distinctReachedWithin(values, at, threshold, spanMs);
}

/** One element per record: what is measured over it and those before it, and inside its own span where there is one. */
function measuredOfEach(
  { measure }: CountClause,
  at: Expr<readonly number[]>,
  values: Expr<readonly Field[]> | null,
  spans: Expr<readonly number[]> | null,
): Expr<readonly number[]> {
  if (spans === null) {
    if (values === null) return places(at);
    return measure === 'sum' ? runningSum(numbers(values)) : runningDistinct(values);
  }
  if (values === null) return countEachWithin(at, at, spans);
  return measure === 'sum' ? sumEachWithin(numbers(values), at, spans) : distinctEachWithin(values, at, spans);
}

/** At which records the threshold is reached, which of all prove it once it is, and the thresholds. */
interface ReachedAt {
  reached: Expr<readonly boolean[]>;
  proofOf: (hit: Expr<boolean>) => Expr<readonly boolean[]>;
  threshold: (first: Expr<number>) => Expr<number>;
}

/** Where each record has a threshold and a span of its own. */
function reachedByEach(clause: CountClause, index: number, members: Members, rule: RuleContext): ReachedAt {
  const at = rule.instants(members);
  const values = clause.field === undefined ? null : rule.values(members, clause.of, clause.field);
  const { thresholds, spans, known } = limitsOfEach(clause, index, members, rule);
  const flags = map([measuredOfEach(clause, at, values, spans), thresholds, known], (measured, threshold, isKnown) =>
    both(isKnown, atLeast(measured, threshold)),
  );
  const reached = step(rule.named(`reached${index}`), flags);
  return {
    reached,
    proofOf: (hit) => (spans === null ? map([at], (_at) => hit) : isWithinMarked(at, reached, spans)),
    threshold: (first) => numberAt(thresholds, first),
  };
}

/** Where one threshold and one span are those of all. */
function reachedByAll(clause: CountClause, index: number, members: Members, rule: RuleContext): ReachedAt {
  const at = rule.instants(members);
  const values = clause.field === undefined ? null : rule.values(members, clause.of, clause.field);
  const counted = { at, values, threshold: rule.amount(clause.atLeast) };
  const spanMs = clause.within && rule.spanMs(clause.within);
  const flags = spanMs ? reachedWithin(clause, counted, spanMs) : reachedWhole(clause, counted);
  const reached = step(rule.named(`reached${index}`), flags);
  const reachedNext = map([reached, at], (is, atMs) => choose(is, atMs, number(0)));
  return {
    reached,
    proofOf: (hit) =>
      spanMs
        ? map([carriedBackward(reachedNext), at], (next, atMs) => both(more(next, number(0)), less(minus(next, atMs), spanMs)))
        : map([at], (_at) => hit),
    threshold: () => counted.threshold,
  };
}

interface LoweredClause {
  hit: Expr<boolean>;
  reachedAt: Expr<number>;
  /** Place of the first record at which it is reached. */
  first: Expr<number>;
  evidence: Proof;
  figures: Record<'count' | 'distinct' | 'sum' | 'threshold' | 'firstAtMs' | 'lastAtMs', Expr<number>>;
}

function lowerClause(clause: CountClause, index: number, rule: RuleContext): LoweredClause {
  const members = rule.maker(clause.of);
  const values = clause.field === undefined ? null : rule.values(members, clause.of, clause.field);
  const at = rule.instants(members);
  const by = looksUp(rule.rule, clause) ? reachedByEach : reachedByAll;
  const { reached, proofOf, threshold } = by(clause, index, members, rule);
  const first = step(
    rule.named(`first${index}`),
    firstPlaceOf([reached], (is) => is),
  );
  const hit = more(first, number(0));
  const proof = step(rule.named(`proof${index}`), proofOf(hit));
  const proven = <T>(list: Expr<readonly T[]>) => filter([list, proof], (_element, is) => is);
  const provenAt = proven(at);
  const proofPlaces = proven(rule.places(members));
  return {
    hit,
    reachedAt: numberAt(at, first),
    first,
    evidence: { places: proofPlaces, role: rule.role(clause.of) },
    figures: {
      count: lengthOf(proofPlaces),
      distinct: clause.measure === 'distinct' && values ? distinctCount(proven(values)) : number(0),
      sum: clause.measure === 'sum' && values ? numberAt(runningSum(numbers(proven(values))), number(-1)) : number(0),
      threshold: threshold(first),
      firstAtMs: numberAt(provenAt, number(1)),
      lastAtMs: numberAt(provenAt, number(-1)),
    },
  };
}

/** See `countSchema` for the meaning. */
export function lowerCount(count: Count, rule: RuleContext): Lowered {
  const clauses = count.any.map((clause, index) => lowerClause(clause, index, rule));
  const ofFirstReached = (figure: keyof LoweredClause['figures']) =>
    clauses.reduceRight<Expr<number>>((others, { hit, figures }) => choose(hit, figures[figure], others), number(0));
  const reachedAts = listOf(clauses.map(({ hit, reachedAt }) => choose(hit, reachedAt, number(0))));
  const [one] = count.any;
  const first = clauses[0]?.first;
  return {
    ...(one && first && { applied: appliedNumbers(count.any, rule, { members: rule.maker(one.of), place: first }) }),
    hit: clauses.map(({ hit }) => hit).reduce((a, b) => either(a, b)),
    occurredAt: smallest(filter([reachedAts], (at) => more(at, number(0)))),
    deadlines: noNumbers(),
    needs: [count.any.map(({ of }) => rule.maker(of))],
    evidence: clauses.map(({ evidence }) => evidence),
    figures: {
      count: ofFirstReached('count'),
      distinct: ofFirstReached('distinct'),
      sum: ofFirstReached('sum'),
      threshold: ofFirstReached('threshold'),
      firstAtMs: ofFirstReached('firstAtMs'),
      lastAtMs: ofFirstReached('lastAtMs'),
    },
  };
}
