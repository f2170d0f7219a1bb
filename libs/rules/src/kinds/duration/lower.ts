import { NEVER_MS } from '../../compile/calendar.js';
import { type Lowered, type Proof, type RuleContext } from '../../compile/rule-context.js';
import { periodOfScope } from '../../compile/scope-period.js';
import { step, type Expr } from '../../expression/expr.js';
import { endOfPeriod } from '../../expression/operators/days.js';
import {
  concat,
  filter,
  firstPlaceOf,
  isIn,
  isSome,
  largest,
  lengthOf,
  listOf,
  map,
  numberAt,
  smallest,
  sum,
  when,
} from '../../expression/operators/lists.js';
import { isAboveShare, isBelowShare, part, partOfRow, partsOf, row, type Row } from '../../expression/operators/rows.js';
import { earliestAfter, latestBefore, runningSum } from '../../expression/operators/running.js';
import { atLeast, atMost, both, either, less, more, not } from '../../expression/operators/tests.js';
import { choose, dividedBy, minus, number, percentOf, plus } from '../../expression/operators/values.js';
import type { Duration, LengthClause, PercentClause, State } from './schema.js';

/** Parts of a row that is a stretch, from 1: its first record, when it began, the record that ended it (0: none), when it ends. */
const BEGIN_PLACE = 1;
const BEGIN = 2;
const END_PLACE = 3;
const END = 4;
/** Its length until now. */
const LENGTH = 5;

export const GROWING_FIGURES = [
  'longestMinutes',
  'longestHours',
  'longestDays',
  'totalMinutes',
  'totalHours',
  'totalDays',
] as const;
type Figure = 'count' | 'firstAtMs' | 'endMs' | 'wholeMinutes' | 'percent' | (typeof GROWING_FIGURES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type Stretches = Expr<readonly Row[]>;

interface LoweredClause {
  hit: Expr<boolean>;
  /** Since when it holds. */
  from: Expr<number>;
  pending: Expr<readonly number[]>;
  /** Stretches of the state that it speaks of. */
  stretches: Stretches;
  evidence: readonly Proof[];
  whole: Expr<number>;
  percent: Expr<number>;
}

/** The stretches of a state, in order; only the last can be open. */
function stretchesOf({ of, until }: State, name: string, rule: RuleContext): Stretches {
  const named = <T>(what: string, list: Expr<T>) => step(rule.named(`${name}_${what}`), list);
  const begins = rule.all.are([rule.maker(of)]);
  const ends = named('ends', rule.all.are(until.map((input) => rule.plain(input))));
  // After a record the state holds (2) or does not (1); 0: it says nothing of it.
  const said = map([begins, ends], (isBegin, isEnd) => choose(isBegin, number(2), choose(isEnd, number(1), number(0))));
  const before = named('before', latestBefore(said));
  const starts = map([begins, ends, before], (isBegin, isEnd, last) => both(isBegin, either(isEnd, less(last, number(2)))));
  const next = (list: Expr<readonly number[]>) => earliestAfter(map([list, ends], (value, is) => choose(is, value, number(0))));
  const [endPlace, endAt] = [named('endPlace', next(rule.all.places)), named('endAt', next(rule.all.at))];
  const period = periodOfScope(rule.rule);
  const rows = map([rule.all.places, rule.all.at, endPlace, endAt], (place, at, byPlace, byAt) => {
    const cutAt = period === null ? number(NEVER_MS) : endOfPeriod(period, at);
    const isEnded = both(more(byPlace, number(0)), atMost(byAt, cutAt));
    return row(place, at, choose(isEnded, byPlace, number(0)), choose(isEnded, byAt, cutAt));
  });
  const stretches = named(
    'rows',
    filter([rows, starts], (_row, is) => is),
  );
  return named(
    'stretches',
    map([stretches], (r) => {
      const until = choose(more(part(r, END), rule.now), rule.now, part(r, END));
      return row(part(r, BEGIN_PLACE), part(r, BEGIN), part(r, END_PLACE), part(r, END), minus(until, part(r, BEGIN)));
    }),
  );
}

/** Records that begin and end stretches. */
function proofOf({ of, until }: State, stretches: Stretches, rule: RuleContext): Proof[] {
  const ends = partsOf(stretches, END_PLACE);
  return [
    { places: partsOf(stretches, BEGIN_PLACE), role: rule.role(of) },
    ...until.map((input) => ({
      places: filter([ends], (place) => isIn(place, rule.places(rule.plain(input)))),
      role: rule.role(input),
    })),
  ];
}

/** Instants at which open stretches of a calendar period are cut. */
function cuts(stretches: Stretches, rule: RuleContext): Expr<readonly number[]> {
  return filter([partsOf(stretches, END)], (end) => both(more(end, rule.now), less(end, number(NEVER_MS))));
}

/** The shortest length that is long enough. */
function enough({ above, atLeast: least }: LengthClause, rule: RuleContext): Expr<number> {
  const bound = rule.spanMs(above ?? least ?? {});
  return above === undefined ? bound : plus(bound, number(1));
}

function lowerLongest(clause: LengthClause, state: Duration, all: Stretches, at: string, rule: RuleContext): LoweredClause {
  const lengthMs = enough(clause, rule);
  const reachedAt = (r: Expr<Row>) => plus(part(r, BEGIN), lengthMs);
  const reaching = step(
    rule.named(`reaching${at}`),
    filter([all], (r) => atMost(reachedAt(r), part(r, END))),
  );
  const stretches = step(
    rule.named(`long${at}`),
    filter([reaching], (r) => atMost(reachedAt(r), rule.now)),
  );
  return {
    hit: isSome(stretches),
    from: plus(partOfRow(stretches, number(1), BEGIN), lengthMs),
    pending: filter([map([reaching], reachedAt)], (instant) => more(instant, rule.now)),
    stretches,
    evidence: proofOf(state, stretches, rule),
    whole: number(0),
    percent: number(0),
  };
}

function lowerTotal(clause: LengthClause, state: Duration, all: Stretches, at: string, rule: RuleContext): LoweredClause {
  const lengthMs = enough(clause, rule);
  const sums = step(rule.named(`sums${at}`), runningSum(partsOf(all, LENGTH)));
  const first = step(
    rule.named(`first${at}`),
    firstPlaceOf([sums], (total) => atLeast(total, lengthMs)),
  );
  // The total is reached so long after the beginning of a stretch as the earlier ones leave.
  const reachedIn = (place: Expr<number>) =>
    plus(partOfRow(all, place, BEGIN), minus(lengthMs, minus(numberAt(sums, place), partOfRow(all, place, LENGTH))));
  const last = lengthOf(all);
  const hit = more(first, number(0));
  const reaches = both(not(hit), both(isSome(all), atMost(reachedIn(last), partOfRow(all, last, END))));
  return {
    hit,
    from: reachedIn(first),
    pending: when(both(reaches, more(partOfRow(all, last, END), rule.now)), listOf([reachedIn(last)])),
    stretches: all,
    evidence: proofOf(state, all, rule),
    whole: number(0),
    percent: number(0),
  };
}

function lowerPercent(clause: PercentClause, state: Duration, all: Stretches, at: string, rule: RuleContext): LoweredClause {
  const named = <T>(what: string, of: Expr<T>) => step(rule.named(`${what}${at}`), of);
  const covering = stretchesOf(clause.whole, `whole${at}`, rule);
  const wholes = named(
    'ended',
    filter([covering], (r) => atMost(part(r, END), rule.now)),
  );
  const lastEnd = named('lastEnd', largest(partsOf(wholes, END)));
  const stretches = named(
    'counted',
    filter([all], (r) => atMost(part(r, END), lastEnd)),
  );
  const totalOf = (rows: Stretches) => sum(partsOf(rows, LENGTH));
  const [timeMs, wholeMs] = [named('time', totalOf(stretches)), named('whole', totalOf(wholes))];
  const least = clause.minWhole ? rule.spanMs(clause.minWhole) : number(1);
  const reached =
    clause.above === undefined
      ? not(isBelowShare(timeMs, wholeMs, rule.amount(clause.atLeast ?? 0)))
      : isAboveShare(timeMs, wholeMs, rule.amount(clause.above));
  return {
    hit: both(both(more(wholeMs, number(0)), atLeast(wholeMs, least)), reached),
    from: lastEnd,
    pending: cuts(covering, rule),
    stretches,
    evidence: [...proofOf(state, stretches, rule), ...proofOf(clause.whole, wholes, rule)],
    whole: dividedBy(wholeMs, number(MINUTE_MS)),
    percent: percentOf(timeMs, wholeMs),
  };
}

function figuresOf({ stretches, whole, percent }: LoweredClause, rule: RuleContext): Record<Figure, Expr<number>> {
  const lengths = partsOf(stretches, LENGTH);
  const [longestMs, totalMs] = [largest(lengths), sum(lengths)];
  const lastEnd = partOfRow(stretches, lengthOf(stretches), END);
  return {
    count: lengthOf(stretches),
    firstAtMs: partOfRow(stretches, number(1), BEGIN),
    endMs: choose(more(lastEnd, rule.now), number(0), lastEnd),
    longestMinutes: dividedBy(longestMs, number(MINUTE_MS)),
    longestHours: dividedBy(longestMs, number(HOUR_MS)),
    longestDays: dividedBy(longestMs, number(DAY_MS)),
    totalMinutes: dividedBy(totalMs, number(MINUTE_MS)),
    totalHours: dividedBy(totalMs, number(HOUR_MS)),
    totalDays: dividedBy(totalMs, number(DAY_MS)),
    wholeMinutes: whole,
    percent,
  };
}

/** See `durationSchema` for the meaning. */
export function lowerDuration(duration: Duration, rule: RuleContext): Lowered {
  const all = stretchesOf(duration, 'state', rule);
  const clauses = duration.any.map((clause, index) => {
    if (clause.measure === 'percent') return lowerPercent(clause, duration, all, String(index), rule);
    const lower = clause.measure === 'longest' ? lowerLongest : lowerTotal;
    return lower(clause, duration, all, String(index), rule);
  });
  const figures = clauses.map((clause) => ({ hit: clause.hit, of: figuresOf(clause, rule) }));
  const figure = (name: Figure) =>
    figures.reduceRight<Expr<number>>((others, { hit, of }) => choose(hit, of[name], others), number(0));
  const froms = listOf(clauses.map(({ hit, from }) => choose(hit, from, number(0))));
  const names: readonly Figure[] = ['count', 'firstAtMs', 'endMs', ...GROWING_FIGURES, 'wholeMinutes', 'percent'];
  return {
    hit: clauses.map(({ hit }) => hit).reduce((a, b) => either(a, b)),
    occurredAt: smallest(filter([froms], (at) => more(at, number(0)))),
    deadlines: concat([cuts(all, rule), ...clauses.map(({ pending }) => pending)]),
    // Of a clause that does not hold nothing is shown.
    evidence: clauses.flatMap(({ hit, evidence }) => evidence.map(({ places, role }) => ({ places: when(hit, places), role }))),
    figures: Object.fromEntries(names.map((name) => [name, figure(name)])),
  };
}
