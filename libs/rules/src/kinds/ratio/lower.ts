import { step, type Expr } from '../../expression/expr.js';
import {
  distinctCount,
  filter,
  isIn,
  largest,
  lengthOf,
  listOf,
  map,
  noNumbers,
  numberAt,
  sum,
  when,
} from '../../expression/operators/lists.js';
import { endOfPeriod } from '../../expression/operators/days.js';
import { isAboveShare, isBelowShare } from '../../expression/operators/rows.js';
import { atLeast, both, more, not } from '../../expression/operators/tests.js';
import { number, orElse, percentOf } from '../../expression/operators/values.js';
import { numbers, type Lowered, type RuleContext } from '../../compile/rule-context.js';
import { periodOfScope } from '../../compile/scope-period.js';
import type { Ratio, RatioSide } from './schema.js';

function measured({ of, measure, field }: RatioSide, rule: RuleContext): Expr<number> {
  const members = rule.maker(of);
  if (field === undefined) return lengthOf(rule.places(members));
  const values = rule.values(members, of, field);
  return measure === 'distinct' ? distinctCount(values) : sum(map([numbers(values)], (value) => orElse(value, number(0))));
}

function bounded(ratio: Ratio, part: Expr<number>, whole: Expr<number>, rule: RuleContext): Expr<boolean> {
  if (ratio.above !== undefined) return isAboveShare(part, whole, rule.amount(ratio.above));
  if (ratio.atLeast !== undefined) return not(isBelowShare(part, whole, rule.amount(ratio.atLeast)));
  if (ratio.below !== undefined) return isBelowShare(part, whole, rule.amount(ratio.below));
  return not(isAboveShare(part, whole, rule.amount(ratio.atMost ?? 0)));
}

/** See `ratioSchema` for the meaning. */
export function lowerRatio(ratio: Ratio, rule: RuleContext): Lowered {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const [parts, wholes] = [rule.maker(ratio.part.of), rule.maker(ratio.whole.of)];
  const part = named('part', measured(ratio.part, rule));
  const whole = named('whole', measured(ratio.whole, rule));
  const holds = named(
    'holds',
    both(both(atLeast(whole, rule.amount(ratio.minWhole)), more(whole, number(0))), bounded(ratio, part, whole, rule)),
  );
  const wholeAt = rule.instants(wholes);
  const lastAt = largest(listOf([numberAt(rule.instants(parts), number(-1)), numberAt(wholeAt, number(-1))]));
  const period = ratio.decide === 'closed' ? periodOfScope(rule.rule) : null;
  const end = period === null ? null : named('end', endOfPeriod(period, lastAt));
  const isLack = ratio.below !== undefined || ratio.atMost !== undefined;
  const proof = isLack ? filter([rule.places(wholes)], (place) => not(isIn(place, rule.places(parts)))) : rule.places(parts);
  return {
    hit: end === null ? holds : both(holds, not(more(end, rule.now))),
    occurredAt: end ?? lastAt,
    deadlines: end === null ? noNumbers() : when(both(holds, more(end, rule.now)), listOf([end])),
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
