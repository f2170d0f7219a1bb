import { amountOfEach } from '../../compile/looked-up.js';
import { numbers, type Lowered, type RuleContext } from '../../compile/rule-context.js';
import { step, type Expr } from '../../expression/expr.js';
import { filter, firstPlaceOf, lengthOf, map, noNumbers, numberAt, sum } from '../../expression/operators/lists.js';
import { isBelowShare } from '../../expression/operators/rows.js';
import { carriedBackward } from '../../expression/operators/running.js';
import { nextOfSame, sumOfSameWithin } from '../../expression/operators/same-within.js';
import { atLeast, both, knownLess, less, more, not } from '../../expression/operators/tests.js';
import { choose, isMissing, minus, number, orElse } from '../../expression/operators/values.js';
import { countReachedWithin, sumWithin } from '../../expression/operators/windows.js';
import type { Split } from './schema.js';

/** See `splitSchema` for the meaning. */
export function lowerSplit(split: Split, rule: RuleContext): Lowered {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const members = rule.maker(split.of);
  const limits = named('limits', amountOfEach(split.limit, split.of, members, rule));
  const values = numbers(rule.values(members, split.of, split.field));
  const near = rule.amount(split.nearPercent);
  // Without `by` all parts are of one.
  const keys = split.by === undefined ? null : rule.values(members, split.of, split.by);
  const isNear = (value: Expr<number | null>, limit: Expr<number | null>) =>
    both(both(more(orElse(limit, number(0)), number(0)), knownLess(value, limit)), not(isBelowShare(value, limit, near)));
  const are = keys
    ? map([values, limits, keys], (value, limit, key) => both(isNear(value, limit), not(isMissing(key))))
    : map([values, limits], isNear);
  const isPart = named('isPart', are);
  const ofParts = <T>(list: Expr<readonly T[]>) => filter([list, isPart], (_element, is) => is);
  const known = (list: Expr<readonly (number | null)[]>) => map([ofParts(list)], (value) => orElse(value, number(0)));
  const at = named('partAt', ofParts(rule.instants(members)));
  const amounts = named('amounts', known(values));
  const partLimits = named('partLimits', known(limits));
  const spanMs = rule.spanMs(split.within);
  const partKeys = keys && named('partKeys', ofParts(keys));
  const least = rule.amount(split.minParts);
  const enough = partKeys
    ? map(
        [
          sumOfSameWithin(
            map([at], (_at) => number(1)),
            partKeys,
            at,
            spanMs,
          ),
        ],
        (count) => atLeast(count, least),
      )
    : countReachedWithin(at, least, spanMs);
  const sums = partKeys ? sumOfSameWithin(amounts, partKeys, at, spanMs) : sumWithin(amounts, at, spanMs);
  const reached = named(
    'reached',
    map([enough, sums, partLimits], (is, total, limit) => both(is, atLeast(total, limit))),
  );
  const reachedAt = map([reached, at], (is, atMs) => choose(is, atMs, number(0)));
  const next = named('next', partKeys ? nextOfSame(reachedAt, partKeys) : carriedBackward(reachedAt));
  const isProof = named(
    'isProof',
    map([next, at], (nextAt, atMs) => both(more(nextAt, number(0)), less(minus(nextAt, atMs), spanMs))),
  );
  const proven = (list: Expr<readonly number[]>) => filter([list, isProof], (_element, is) => is);
  const first = named(
    'first',
    firstPlaceOf([reached], (is) => is),
  );
  const provenAt = named('provenAt', proven(at));
  return {
    hit: more(first, number(0)),
    occurredAt: numberAt(at, first),
    deadlines: noNumbers(),
    needs: [[members]],
    evidence: [{ places: proven(ofParts(rule.places(members))), role: rule.role(split.of) }],
    ...(typeof split.limit === 'number' ? {} : { applied: { [split.limit.parameter]: numberAt(partLimits, first) } }),
    figures: {
      count: lengthOf(provenAt),
      sum: sum(proven(amounts)),
      limit: numberAt(partLimits, first),
      firstAtMs: numberAt(provenAt, number(1)),
      lastAtMs: numberAt(provenAt, number(-1)),
    },
  };
}
