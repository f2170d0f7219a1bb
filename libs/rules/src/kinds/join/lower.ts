import { step, type Expr } from '../../expression/expr.js';
import { startOfDay } from '../../expression/operators/days.js';
import {
  concat,
  filter,
  isIn,
  isSome,
  largest,
  lengthOf,
  listAt,
  map,
  noNumbers,
  numberAt,
  places,
  smallest,
  sum,
  listOf,
  when,
} from '../../expression/operators/lists.js';
import { flat, part, partOfRow, partsOf, row, rowsAt, sortedRows, type Row } from '../../expression/operators/rows.js';
import { both, either, less, more, not } from '../../expression/operators/tests.js';
import { choose, isMissing, larger, number, orElse, plus } from '../../expression/operators/values.js';
import { appliedTo, conditionsOf, type Join, type JoinCondition } from './schema.js';
import { NEVER_MS } from '../../compile/calendar.js';
import { lowerDeadline, missedAfter } from '../../compile/deadline.js';
import { numbers, type ChosenRecord, type Lowered, type Members, type RuleContext } from '../../compile/rule-context.js';
import { AMOUNT, JoinConditions, type LoweredCondition } from './conditions.js';

/** Parts of a row that stands for a subject of which all conditions hold. */
const BEGAN_AT = 1;
const SUBJECT_PLACE = 2;
const SUBJECT = 3;
const DUE = 4;

/** See `joinSchema` for the meaning. */
export function lowerJoin(join: Join, rule: RuleContext): Lowered {
  const lowering = new JoinConditions(join, rule);
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const conditions = conditionsOf(join).map((condition, index) => lowering.lower(condition, index));
  const demands = demandsOf(join, conditions);
  const from = { input: join.subject, suffix: 'subject', at: lowering.at, values: (field: string) => lowering.subject(field) };
  const deadline = join.deadline ? lowerDeadline(join.deadline, from, rule) : null;
  const due = deadline?.plainDue ?? map([lowering.at], (_at) => number(0));
  const missedAfterMs = number(join.deadline ? missedAfter(join.deadline) : 1);
  const holds = named(
    'holds',
    demands.map((demand) => demand.holds).reduce((a, b) => map([a, b], (x, y) => both(x, y))),
  );
  const beganWith = deadline ? map([lowering.at, due], (at, d) => larger(at, plus(d, missedAfterMs))) : lowering.at;
  const began = demands
    .flatMap(({ since }) => since ?? [])
    .reduce((latest, since) => map([latest, since], (a, b) => larger(a, b)), beganWith);
  const rows = map([began, lowering.places, places(lowering.at), due], (at, place, subject, d) => row(at, place, subject, d));
  const met = named(
    'met',
    filter([rows, holds], (_row, is) => is),
  );
  const missed = (r: Expr<Row>) => plus(part(r, DUE), missedAfterMs);
  const holding = named('holding', sortedRows(filter([met], (r) => not(more(missed(r), rule.now)))));
  const first = named('first', larger(partOfRow(holding, number(1), SUBJECT), number(1)));
  const pending = deadline
    ? map([filter([met], (r) => both(more(missed(r), rule.now), less(part(r, DUE), number(NEVER_MS))))], (r) => missed(r))
    : noNumbers();
  const ofHolding = (proof: Expr<readonly (readonly number[])[]>) =>
    flat(filter([proof, places(lowering.at)], (_places, subject) => isIn(subject, partsOf(holding, SUBJECT))));
  return {
    hit: isSome(holding),
    occurredAt: partOfRow(holding, number(1), BEGAN_AT),
    deadlines: pending,
    needs: [[rule.maker(join.subject)], ...join.all.flatMap((one) => neededBy(one, rule))],
    evidence: [
      { places: partsOf(holding, SUBJECT_PLACE), role: rule.role(join.subject) },
      ...demands.flatMap(({ proofs }) => proofs.map(({ proof, of }) => ({ places: ofHolding(proof), role: rule.role(of) }))),
    ],
    ...(deadline ? { applied: Object.fromEntries(appliedTo(join).map((name) => [name, numberAt(deadline.limit, first)])) } : {}),
    figures: { ...joinFigures(conditions, lowering.marks, holding, first), startMs: startOf(join, lowering, rule, first) },
    chosen: [
      { input: join.subject, list: (field) => lowering.subject(field), place: first },
      ...counterparts(demands, first, rule),
    ],
  };
}

/** Inputs of which something must be counted, or the demand does not hold; none where it may hold of nothing. */
function neededBy(one: Join['all'][number], rule: RuleContext): Members[][] {
  const conditions = 'any' in one ? one.any : [one];
  const counts = ({ atLeast, share }: JoinCondition) =>
    share !== undefined || (atLeast !== undefined && rule.amountValue(atLeast) > 0);
  return conditions.every(counts) ? [conditions.map(({ of }) => rule.plain(of))] : [];
}

/** What must hold of a subject: a condition, or one of several. Lists per subject. */
interface Demand {
  holds: Expr<readonly boolean[]>;
  /** As of a condition. */
  since: Expr<readonly number[]> | null;
  proofs: readonly { of: string; proof: Expr<readonly (readonly number[])[]> }[];
}

function demandsOf({ all }: Join, conditions: readonly LoweredCondition[]): Demand[] {
  let next = 0;
  const taken = (count: number) => conditions.slice(next, (next += count));
  return all.map((one) => ('any' in one ? eitherOf(taken(one.any.length)) : eitherOf(taken(1))));
}

function eitherOf(conditions: readonly LoweredCondition[]): Demand {
  const [only] = conditions;
  const proofs = conditions.map(({ condition: { of }, proof, holds }) => ({
    of,
    proof: conditions.length === 1 ? proof : map([holds, proof], (is, places_) => when(is, places_)),
  }));
  if (conditions.length === 1 && only) return { holds: only.holds, since: only.since, proofs };
  const holds = conditions.map((condition) => condition.holds).reduce((a, b) => map([a, b], (x, y) => either(x, y)));
  // Per subject the instants of those that hold: one that names none has held from the beginning.
  const ofHolding = (condition: LoweredCondition) =>
    condition.since
      ? map([condition.holds, condition.since], (is, since) => choose(is, since, number(NEVER_MS)))
      : map([condition.holds], (is) => choose(is, number(0), number(NEVER_MS)));
  const earliest = conditions.map(ofHolding).reduce((a, b) => map([a, b], (x, y) => smallest(listOf([x, y]))));
  return { holds, since: map([holds, earliest], (is, since) => choose(is, since, number(0))), proofs };
}

/** Of each input that conditions look at, the last record in the evidence of the chosen subject. */
function counterparts(demands: readonly Demand[], first: Expr<number>, rule: RuleContext): ChosenRecord[] {
  const byInput = Map.groupBy(
    demands.flatMap(({ proofs }) => proofs),
    ({ of }) => of,
  );
  return [...byInput].map(([input, proofs]) => ({
    input,
    list: (field) => rule.aligned(input, field),
    place: largest(concat(proofs.map(({ proof }) => listAt(proof, first)))),
  }));
}

/** The instant from which the deadline of the chosen subject is counted; 0 where none is counted. */
function startOf(join: Join, lowering: JoinConditions, rule: RuleContext, first: Expr<number>): Expr<number> {
  const { deadline } = join;
  if (deadline === undefined || deadline.field !== undefined) return number(0);
  if (deadline.from === undefined) return numberAt(lowering.at, first);
  const isDay = rule.column(join.subject, deadline.from).kind === 'day';
  const froms = map([numbers(lowering.subject(deadline.from)), lowering.at], (from, at) => {
    const instant = isDay ? startOfDay(from) : orElse(from, number(0));
    return deadline.orAt ? choose(isMissing(from), at, instant) : instant;
  });
  return numberAt(froms, first);
}

function joinFigures(
  conditions: readonly LoweredCondition[],
  marks: JoinConditions['marks'],
  holding: Expr<readonly Row[]>,
  first: Expr<number>,
): Record<string, Expr<number>> {
  const figures: Record<string, Expr<number>> = {
    subjects: lengthOf(holding),
    deadlineMs: partOfRow(holding, number(1), DUE),
  };
  for (const { condition, counted, stat } of conditions) {
    figures[`${condition.of}Count`] ??= lengthOf(rowsAt(counted, first));
    if (stat) {
      figures[`${condition.of}Stat`] ??= numberAt(stat.of, first);
      figures[`${condition.of}Value`] ??= numberAt(stat.own, first);
    }
    if (condition.share || condition.sumBelow || condition.sumAbove)
      figures[`${condition.of}Sum`] ??= sum(partsOf(rowsAt(counted, first), AMOUNT));
  }
  for (const [name, mark] of marks) if (mark.isFigure) figures[`${name}Ms`] = numberAt(mark.at, first);
  return figures;
}
