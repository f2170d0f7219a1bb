import type { PeriodField } from '@tianyan/contracts';
import { step, type Expr, type Field } from '../../expression/expr.js';
import {
  countOf,
  distinctCount,
  filter,
  firstPlaceOf,
  isIn,
  largest,
  lengthOf,
  listOf,
  map,
  noNumbers,
  numberAt,
  places,
  sum,
} from '../../expression/operators/lists.js';
import { endOfPeriod } from '../../expression/operators/days.js';
import { isAboveShare, isBelowShare } from '../../expression/operators/rows.js';
import { atLeast, atMost, both, less, more, not } from '../../expression/operators/tests.js';
import { choose, minus, number, orElse, percentOf } from '../../expression/operators/values.js';
import { afterGrace } from '../../compile/closing.js';
import { numbers, type Lowered, type Members, type RuleContext } from '../../compile/rule-context.js';
import { periodOfScope } from '../../compile/scope-period.js';
import { followers } from './followers.js';
import type { Ratio, RatioSide } from './schema.js';

/**
 * The records of an input that count, which follow and are linked to such as count, too: an exception would otherwise take an order from the whole, leave what
 * came of it in the part, and make a finding where it should let off.
 */
function counting(name: string, ratio: Ratio, rule: RuleContext): Members {
  const makers = [ratio.part, ratio.whole].flatMap(({ of, onlyAfter }) => (onlyAfter ? [of, onlyAfter.of] : [of]));
  return rule.maker(name, (to) => (makers.includes(to) ? counting(to, ratio, rule) : rule.plain(to)));
}

/** The records of a side: those of its input, less those that nothing comes before that should. */
function sideOf(ratio: Ratio, name: 'part' | 'whole', rule: RuleContext): Members {
  const { of, onlyAfter } = ratio[name];
  const own = counting(of, ratio, rule);
  if (onlyAfter === undefined) return own;
  const records = { own, before: counting(onlyAfter.of, ratio, rule) };
  return { ...own, linked: step(rule.named(`${name}Records`), followers(name, records, { of, onlyAfter }, rule)) };
}

function measured(members: Members, { of, measure, field }: RatioSide, rule: RuleContext): Expr<number> {
  if (field === undefined) return lengthOf(rule.places(members));
  const values = rule.values(members, of, field);
  return measure === 'distinct' ? distinctCount(values) : sum(map([numbers(values)], (value) => orElse(value, number(0))));
}

/** Whether the share is out of bounds, of a whole that is large enough. */
function holdsOf(ratio: Ratio, part: Expr<number>, whole: Expr<number>, rule: RuleContext): Expr<boolean> {
  const isEnough = both(atLeast(whole, rule.amount(ratio.minWhole)), more(whole, number(0)));
  return both(isEnough, isOutOfBounds(ratio, part, whole, rule));
}

function isOutOfBounds(ratio: Ratio, part: Expr<number>, whole: Expr<number>, rule: RuleContext): Expr<boolean> {
  if (ratio.above !== undefined) return isAboveShare(part, whole, rule.amount(ratio.above));
  if (ratio.atLeast !== undefined) return not(isBelowShare(part, whole, rule.amount(ratio.atLeast)));
  if (ratio.below !== undefined) return isBelowShare(part, whole, rule.amount(ratio.below));
  return not(isAboveShare(part, whole, rule.amount(ratio.atMost ?? 0)));
}

/** See `ratioSchema` for the meaning. */
export function lowerRatio(ratio: Ratio, rule: RuleContext): Lowered {
  return ratio.within ? lowerSliding(ratio, rule, rule.spanMs(ratio.within)) : lowerWhole(ratio, rule);
}

function sidesOf(ratio: Ratio, rule: RuleContext): { parts: Members; wholes: Members } {
  return { parts: sideOf(ratio, 'part', rule), wholes: sideOf(ratio, 'whole', rule) };
}

/** Instant of the last record that belongs to the scope itself, existing or not: a link may bring in others, which lie in other periods. 0: there is none. */
function lastOfScope(rule: RuleContext): Expr<number> {
  return largest(filter<readonly [number, boolean]>([rule.dated.at, rule.dated.are(rule.ownInputs())], (_at, is) => is));
}

/** When the period of the scope is over, and its grace. */
function endOf({ grace }: Ratio, period: PeriodField, lastDated: Expr<number>, rule: RuleContext): Expr<number> {
  const end = step(rule.named('end'), endOfPeriod(period, lastDated));
  return grace
    ? step(
        rule.named('graceEnd'),
        afterGrace(end, grace, (of) => rule.amount(of)),
      )
    : end;
}

function lowerWhole(ratio: Ratio, rule: RuleContext): Lowered {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const { parts, wholes } = sidesOf(ratio, rule);
  const part = named('part', measured(parts, ratio.part, rule));
  const whole = named('whole', measured(wholes, ratio.whole, rule));
  const holds = named('holds', holdsOf(ratio, part, whole, rule));
  const wholeAt = rule.instants(wholes);
  const lastAt = largest(listOf([numberAt(rule.instants(parts), number(-1)), numberAt(wholeAt, number(-1))]));
  const period = ratio.decide === 'closed' ? periodOfScope(rule.rule) : null;
  const lastDated = period === null ? null : named('lastDated', lastOfScope(rule));
  const end = period === null || lastDated === null ? null : endOf(ratio, period, lastDated, rule);
  const isLack = ratio.below !== undefined || ratio.atMost !== undefined;
  const proof = isLack ? filter([rule.places(wholes)], (place) => not(isIn(place, rule.places(parts)))) : rule.places(parts);
  return {
    hit: end === null ? holds : both(holds, not(more(end, rule.now))),
    occurredAt: end ?? lastAt,
    deadlines: noNumbers(),
    ...(end !== null &&
      lastDated !== null && { undecidedUntil: named('undecidedUntil', choose(more(lastDated, number(0)), end, number(0))) }),
    evidence: [{ places: proof, role: rule.role(isLack ? ratio.whole.of : ratio.part.of) }],
    figures: {
      part,
      whole,
      percent: percentOf(part, whole),
      firstAtMs: numberAt(wholeAt, number(1)),
      lastAtMs: numberAt(wholeAt, number(-1)),
    },
  };
}

/** The record at this place and instant, and those before it within the span. */
interface Moment {
  place: Expr<number>;
  at: Expr<number>;
}

/** Whether a record, at a place and an instant, lies in the window of a moment. */
function isInWindow(place: Expr<number>, at: Expr<number>, moment: Moment, spanMs: Expr<number>): Expr<boolean> {
  return both(atMost(place, moment.place), less(minus(moment.at, at), spanMs));
}

/** What is measured of a side in the window of a moment. */
function measuredAt(
  members: Members,
  { of, measure, field }: RatioSide,
  rule: RuleContext,
  spanMs: Expr<number>,
): (moment: Moment) => Expr<number> {
  const [ownPlaces, instants] = [rule.places(members), rule.instants(members)];
  if (field === undefined)
    return (moment) =>
      countOf<readonly [number, number]>([ownPlaces, instants], (place, at) => isInWindow(place, at, moment, spanMs));
  const values = rule.values(members, of, field);
  const inside = (moment: Moment) =>
    filter<readonly [Field, number, number]>([values, ownPlaces, instants], (_value, place, at) =>
      isInWindow(place, at, moment, spanMs),
    );
  if (measure === 'distinct') return (moment) => distinctCount(inside(moment));
  return (moment) => sum(map([numbers(inside(moment))], (value) => orElse(value, number(0))));
}

/** Judged in the moment of each record of either side; quadratic in the records of one scope. */
function lowerSliding(ratio: Ratio, rule: RuleContext, spanMs: Expr<number>): Lowered {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const { parts, wholes } = sidesOf(ratio, rule);
  const isMoment = rule.all.are([parts, wholes]);
  const ofMoments = (list: Expr<readonly number[]>) => filter<readonly [number, boolean]>([list, isMoment], (_one, is) => is);
  const [momentPlaces, momentAt] = [named('moments', ofMoments(rule.all.places)), named('momentAt', ofMoments(rule.all.at))];
  const measured = (members: Members, side: RatioSide) => {
    const at = measuredAt(members, side, rule, spanMs);
    return map<readonly [number, number], number>([momentPlaces, momentAt], (place, atMs) => at({ place, at: atMs }));
  };
  const [part, whole] = [named('parts', measured(parts, ratio.part)), named('wholes', measured(wholes, ratio.whole))];
  const holds = named(
    'holdsAt',
    map<readonly [number, number], boolean>([part, whole], (p, w) => holdsOf(ratio, p, w, rule)),
  );
  const first = named(
    'first',
    firstPlaceOf([holds], (is) => is),
  );
  const last = named('last', largest(map([holds, places(momentAt)], (is, place) => choose(is, place, number(0)))));
  const moment: Moment = {
    place: named('lastPlace', numberAt(momentPlaces, last)),
    at: named('lastAt', numberAt(momentAt, last)),
  };
  const isLack = ratio.below !== undefined || ratio.atMost !== undefined;
  const [proving, provingRole] = isLack ? [wholes, ratio.whole.of] : [parts, ratio.part.of];
  const inWindow = filter<readonly [number, number]>([rule.places(proving), rule.instants(proving)], (place, at) =>
    isInWindow(place, at, moment, spanMs),
  );
  const wholeAt = named(
    'wholeAt',
    filter<readonly [number, number]>([rule.instants(wholes), rule.places(wholes)], (at, place) =>
      isInWindow(place, at, moment, spanMs),
    ),
  );
  return {
    hit: more(first, number(0)),
    occurredAt: numberAt(momentAt, first),
    deadlines: noNumbers(),
    evidence: [
      {
        places: isLack ? filter([inWindow], (place) => not(isIn(place, rule.places(parts)))) : inWindow,
        role: rule.role(provingRole),
      },
    ],
    figures: {
      part: numberAt(part, last),
      whole: numberAt(whole, last),
      percent: percentOf(numberAt(part, last), numberAt(whole, last)),
      firstAtMs: numberAt(wholeAt, number(1)),
      lastAtMs: numberAt(wholeAt, number(-1)),
    },
  };
}
