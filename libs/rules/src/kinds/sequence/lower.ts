import { step, type Expr } from '../../expression/expr.js';
import { countOf, firstPlaceOf, map, noNumbers, numberAt, listOf } from '../../expression/operators/lists.js';
import { latestBefore } from '../../expression/operators/running.js';
import { atMost, both, less, more } from '../../expression/operators/tests.js';
import { choose, minus, number } from '../../expression/operators/values.js';
import { barrierBefore, lowerChains, placesOf } from './chains.js';
import type { Sequence } from './schema.js';
import type { Lowered, RuleContext } from '../../compile/rule-context.js';

/**
 * See `sequenceSchema` for the meaning. Step by step: a record can be step k iff it is of its input and the *latest* record
 * that can be step k − 1 before it keeps both conditions: taken later, less can stand between and less time passes. So each
 * step is one pass over the timeline, and the records that can be the last step are exactly those of all matches.
 */
export function lowerSequence(sequence: Sequence, rule: RuleContext): Lowered {
  if (sequence.steps.some(({ compare }) => compare)) {
    const { chosen, ends } = lowerChains(sequence, rule);
    return answer(sequence, rule, chosen, ends);
  }
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  let reachable: Expr<readonly number[]> | null = null;
  const previous: Expr<readonly number[]>[] = [];
  for (const [k, { of, notBetween, within }] of sequence.steps.entries()) {
    const own = placesOf([rule.maker(of)], rule);
    if (reachable === null) {
      reachable = named('step0', own);
      continue;
    }
    const before: Expr<readonly number[]> = named(`before${k}`, latestBefore(reachable));
    const reachedAt = map([reachable, rule.all.at], (place, atMs) => choose(more(place, number(0)), atMs, number(0)));
    const beforeAt = named(`beforeAt${k}`, latestBefore(reachedAt));
    // Without a barrier nothing stands between: a list of nothing but 0 says so.
    const barrier = notBetween ? named(`between${k}`, barrierBefore(notBetween, rule)) : map([before], (_before) => number(0));
    const spanMs = within && rule.spanMs(within);
    const keeps: Expr<readonly number[]> = map(
      [own, rule.all.at, before, beforeAt, barrier],
      (place, atMs, from, fromMs, between) => {
        const follows = both(both(more(place, number(0)), more(from, number(0))), atMost(between, from));
        return choose(spanMs ? both(follows, less(minus(atMs, fromMs), spanMs)) : follows, place, number(0));
      },
    );
    previous.push(before);
    reachable = named(`step${k}`, keeps);
  }
  const last = sequence.steps.length - 1;
  const ends = reachable ?? noNumbers();
  // Walk back from the earliest last record along the records that came latest before it.
  const chosen: Expr<number>[] = [];
  chosen[last] = named(
    `chosen${last}`,
    firstPlaceOf([ends], (place) => more(place, number(0))),
  );
  for (let k = last; k > 0; k--) {
    const after = chosen[k] ?? number(0);
    chosen[k - 1] = named(`chosen${k - 1}`, numberAt(previous[k - 1] ?? noNumbers(), after));
  }
  return answer(sequence, rule, chosen, ends);
}

/**
 * @param chosen places of the match that is shown, step by step; 0: there is none
 * @param ends those of the records that can be the last step; 0 of the others
 */
function answer({ steps }: Sequence, rule: RuleContext, chosen: readonly Expr<number>[], ends: Expr<readonly number[]>): Lowered {
  const [firstPlace = number(0)] = chosen;
  const lastPlace = chosen[steps.length - 1] ?? number(0);
  return {
    hit: more(lastPlace, number(0)),
    occurredAt: numberAt(rule.all.at, lastPlace),
    deadlines: noNumbers(),
    needs: steps.map(({ of }) => [rule.maker(of)]),
    evidence: steps.map(({ of }, k) => ({ places: listOf([chosen[k] ?? number(0)]), role: rule.role(of) })),
    figures: {
      count: countOf([ends], (place) => more(place, number(0))),
      firstAtMs: numberAt(rule.all.at, firstPlace),
      lastAtMs: numberAt(rule.all.at, lastPlace),
    },
  };
}
