import { step, type Expr, type Field } from '../../expression/expr.js';
import {
  concat,
  filter,
  isIn,
  isSome,
  lengthOf,
  map,
  noNumbers,
  numberAt,
  only,
  smallest,
  when,
} from '../../expression/operators/lists.js';
import { concatRows, part, partOfRow, partsOf, row, sortedRows, type Row } from '../../expression/operators/rows.js';
import { earliestAfter, latestBefore } from '../../expression/operators/running.js';
import { atLeast, atMost, both, either, less, more, not } from '../../expression/operators/tests.js';
import { choose, dividedBy, flag, larger, minus, number, orElse, plus } from '../../expression/operators/values.js';
import { appliedTo } from './applied.js';
import type { Absence, BackwardClause, Expected, ForwardClause } from './schema.js';
import { NEVER_MS } from '../../compile/calendar.js';
import { lowerDeadline, missedAfter, type LoweredDeadline } from '../../compile/deadline.js';
import { type Lowered, type Members, type Proof, type RuleContext, numbers } from '../../compile/rule-context.js';

/** Parts of a row that judges one start, from 1: the first two and the place order the rows. */
const MISSED_AT = 1;
const PLACE = 3;
const START_AT = 4;
const DUE = 5;
const LATE_PLACE = 6;
const LATE_AT = 7;
const LIMIT = 8;

interface LoweredClause {
  /** One row per violated start. */
  violated: Expr<readonly Row[]>;
  /** M of the pending starts. */
  pending: Expr<readonly number[]>;
  /** Evidence besides the violated starts. */
  evidence: readonly Proof[];
}

interface Starts {
  places: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
  /** Reduces a list over all existing records to the starts. */
  of(aligned: Expr<readonly number[]>): Expr<readonly number[]>;
  values: (field: string) => Expr<readonly Field[]>;
}

function startsOf(clause: ForwardClause | BackwardClause, index: number, rule: RuleContext): Starts {
  const members = rule.maker(clause.of);
  const { which } = clause;
  return {
    places: step(rule.named(`start${index}_place`), only(which, rule.places(members))),
    at: step(rule.named(`start${index}_at`), only(which, rule.instants(members))),
    of: (aligned) =>
      only(
        which,
        filter([aligned, rule.all.are([members])], (_value, is) => is),
      ),
    values: (field) => only(which, rule.values(members, clause.of, field)),
  };
}

function normalised(expected: Expected): { of: string; from: 'start' | 'anytime' } {
  return typeof expected === 'string' ? { of: expected, from: 'start' } : expected;
}

interface First {
  place: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
}

/** Place and instant, for each start, of the first record of the inputs after it, or of the first in the scope; 0 without one. */
function firstsOf(
  inputs: readonly { of: string; from: 'start' | 'anytime' }[],
  name: string,
  starts: Starts,
  rule: RuleContext,
): First[] {
  const after = inputs.filter(({ from }) => from === 'start').map(({ of }) => rule.plain(of));
  const anytime = inputs.filter(({ from }) => from === 'anytime').map(({ of }) => rule.plain(of));
  const firsts: First[] = [];
  const named = (what: string, of: Expr<readonly number[]>) => step(rule.named(`${name}_${what}`), of);
  if (after.length > 0) {
    const following = (list: Expr<readonly number[]>) =>
      starts.of(earliestAfter(map([list, rule.all.are(after)], (value, is) => choose(is, value, number(0)))));
    firsts.push({ place: named('place', following(rule.all.places)), at: named('at', following(rule.all.at)) });
  }
  for (const members of anytime) {
    const first = (list: Expr<readonly number[]>) => map([starts.at], (_at) => numberAt(list, number(1)));
    firsts.push({
      place: named(`any${members.bit}_place`, first(rule.places(members))),
      at: named(`any${members.bit}_at`, first(rule.instants(members))),
    });
  }
  return firsts;
}

/** Of aligned lists the smallest number above 0; 0 if there is none. */
function smallestOf(lists: readonly Expr<readonly number[]>[]): Expr<readonly number[]> {
  const [first, ...others] = lists;
  if (!first) throw new TypeError('no list to choose from');
  return others.reduce(
    (all, list) =>
      map([all, list], (a, b) => choose(either(not(more(a, number(0))), both(more(b, number(0)), less(b, a))), b, a)),
    first,
  );
}

/** D with pauses and extensions folded in, in order; see `pausesSchema`. */
function movedDues(
  clause: ForwardClause,
  index: number,
  starts: Starts,
  deadline: LoweredDeadline,
  rule: RuleContext,
): Expr<readonly number[]> {
  const { pauses, extensions } = clause;
  if (!pauses && !extensions) return deadline.plainDue;
  const bits = (...inputs: (string | undefined)[]): Members[] =>
    inputs.flatMap((of) => (of === undefined ? [] : [rule.plain(of)]));
  const [pause, resume, extend] = [bits(pauses?.of), bits(pauses?.until), bits(extensions?.of)];
  const extendedTo = extensions ? numbers(rule.aligned(extensions.of, extensions.to)) : map([rule.all.at], (_at) => number(0));
  const { all } = rule;
  const rows = map(
    [all.places, all.at, all.are(pause), all.are(resume), all.are(extend), extendedTo],
    (place, at, pauses, resumes, extends_, to) =>
      row(place, at, flag(pauses), flag(resumes), choose(extends_, orElse(to, number(0)), number(0)), number(0)),
  );
  const moving = step(
    rule.named(`moving${index}`),
    filter([rows, all.are([...pause, ...resume, ...extend])], (_row, is) => is),
  );
  // What a pause is measured by is looked up once per record.
  const events = step(
    rule.named(`events${index}`),
    map([moving], (e) => row(part(e, 1), part(e, 2), part(e, 3), part(e, 4), part(e, 5), deadline.mark(part(e, 2)))),
  );
  return step(rule.named(`due${index}`), deadline.moved(starts.places, events));
}

function lowerForward(clause: ForwardClause, index: number, rule: RuleContext): LoweredClause {
  const starts = startsOf(clause, index, rule);
  const from = { input: clause.of, suffix: `start${index}`, at: starts.at, values: starts.values };
  const deadline = lowerDeadline(clause.deadline, from, rule);
  const expected = clause.expect.map(normalised);
  const fulfilling = firstsOf([...expected, ...clause.unless.map(normalised)], `fulfilled${index}`, starts, rule);
  const late = firstsOf(expected, `late${index}`, starts, rule);
  const due = movedDues(clause, index, starts, deadline, rule);
  const missedAfterMs = number(missedAfter(clause.deadline));
  const inTime = fulfilling.map(({ at }) =>
    map([due, at], (d, atMs) => both(more(atMs, number(0)), less(atMs, plus(d, missedAfterMs)))),
  );
  const isFulfilled = inTime.reduce((a, b) => map([a, b], (x, y) => either(x, y)));
  const open = map([due, isFulfilled], (d, is) => both(less(d, number(NEVER_MS)), not(is)));
  const rows = map(
    [
      due,
      starts.places,
      starts.at,
      deadline.limit,
      smallestOf(late.map(({ place }) => place)),
      smallestOf(late.map(({ at }) => at)),
    ],
    (d, place, at, n, latePlace, lateAt) => row(plus(d, missedAfterMs), number(index), place, at, d, latePlace, lateAt, n),
  );
  const judged = step(
    rule.named(`judged${index}`),
    filter([rows, open], (_row, is) => is),
  );
  const isMissed = (r: Expr<Row>) => (clause.lateOnly ? more(part(r, LATE_AT), number(0)) : atMost(part(r, MISSED_AT), rule.now));
  const violated = step(rule.named(`violated${index}`), filter([judged], isMissed));
  const pending = clause.lateOnly
    ? noNumbers()
    : partsOf(
        filter([judged], (r) => more(part(r, MISSED_AT), rule.now)),
        MISSED_AT,
      );
  return { violated, pending, evidence: forwardEvidence(clause, expected, violated, rule) };
}

function forwardEvidence(
  clause: ForwardClause,
  expected: readonly { of: string }[],
  violated: Expr<readonly Row[]>,
  rule: RuleContext,
): Proof[] {
  const latePlaces = partsOf(violated, LATE_PLACE);
  // With several expected inputs the late record is named after the first of them that has it.
  const late = expected.map(({ of }) => ({
    places: filter([rule.places(rule.plain(of))], (place) => isIn(place, latePlaces)),
    role: rule.role(of),
  }));
  const moving = [clause.pauses?.of, clause.pauses?.until, clause.extensions?.of].filter((name) => name !== undefined);
  const firstStart = smallest(partsOf(violated, PLACE));
  const moved = moving.map((of) => ({
    places: filter([rule.places(rule.plain(of))], (place) => more(place, firstStart)),
    role: rule.role(of),
  }));
  return [...late, ...moved].map(({ places, role }) => ({ places: when(isSome(violated), places), role }));
}

function lowerBackward(clause: BackwardClause, index: number, rule: RuleContext): LoweredClause {
  const starts = startsOf(clause, index, rule);
  const expected = rule.all.are(clause.expect.map((of) => rule.plain(of)));
  const expectedAt = map([rule.all.at, expected], (at, is) => choose(is, at, number(0)));
  const before = step(rule.named(`before${index}`), starts.of(latestBefore(expectedAt)));
  const spanMs = clause.within && rule.spanMs(clause.within);
  const none = number(0);
  const rows = map([starts.places, starts.at], (place, at) => row(at, number(index), place, at, none, none, none, none));
  const missing = map([starts.at, before], (at, last) => {
    const isNone = not(more(last, none));
    return spanMs ? either(isNone, atLeast(minus(at, last), spanMs)) : isNone;
  });
  const violated = step(
    rule.named(`violated${index}`),
    filter([rows, missing], (_row, is) => is),
  );
  return { violated, pending: noNumbers(), evidence: [] };
}

/** A start; and where only what was done late counts, that it was done. */
function neededBy({ any }: Absence, rule: RuleContext): (readonly Members[])[] {
  const [only, ...others] = any;
  const starts = any.map(({ of }) => rule.maker(of));
  if (others.length > 0 || only?.look !== 'forward' || !only.lateOnly) return [starts];
  return [starts, only.expect.map((expected) => rule.plain(normalised(expected).of))];
}

/** See `absenceSchema` for the meaning. */
export function lowerAbsence(absence: Absence, rule: RuleContext): Lowered {
  const clauses = absence.any.map((clause, index) =>
    clause.look === 'backward' ? lowerBackward(clause, index, rule) : lowerForward(clause, index, rule),
  );
  const violated = step(rule.named('violated'), sortedRows(concatRows(clauses.map((clause) => clause.violated))));
  const first = (place: number) => partOfRow(violated, number(1), place);
  const starts = absence.any.map((clause, index) => ({
    places: partsOf(clauses[index]?.violated ?? violated, PLACE),
    role: rule.role(clause.of),
  }));
  const lateMs = minus(first(LATE_AT), first(DUE));
  const lateDays = larger(dividedBy(plus(lateMs, number(86_399_999)), number(86_400_000)), number(1));
  return {
    hit: isSome(violated),
    occurredAt: first(MISSED_AT),
    deadlines: concat(clauses.map(({ pending }) => pending)),
    needs: neededBy(absence, rule),
    evidence: [...starts, ...clauses.flatMap(({ evidence }) => evidence)],
    applied: Object.fromEntries(appliedTo(absence).map((name) => [name, first(LIMIT)])),
    figures: {
      count: lengthOf(violated),
      startMs: first(START_AT),
      deadlineMs: first(DUE),
      limit: first(LIMIT),
      doneAtMs: first(LATE_AT),
      lateDays: choose(more(first(LATE_AT), number(0)), lateDays, number(0)),
    },
  };
}
