import { DAY_MS } from '@tianyan/kernel';
import { NEVER_MS } from '../../compile/calendar.js';
import type { Lowered, RuleContext } from '../../compile/rule-context.js';
import { step, type Expr, type Field } from '../../expression/expr.js';
import { filter, firstPlaceOf, largest, lengthOf, map, noNumbers, numberAt, places } from '../../expression/operators/lists.js';
import { decayed, PARTS_OF_POINT, scorersWithin, scoresWithin } from '../../expression/operators/scores.js';
import { atLeast, atMost, both, less, more, same } from '../../expression/operators/tests.js';
import { choose, dividedBy, larger, minus, number, times } from '../../expression/operators/values.js';
import type { Score, ScoreWeights } from './schema.js';

function pointsOf({ rules = {}, severity = {}, others }: ScoreWeights, rule: RuleContext) {
  const bySeverity = Object.entries(severity).flatMap(([name, points]) => (points === undefined ? [] : [{ name, points }]));
  const byRule = Object.entries(rules).map(([name, points]) => ({ name, points }));
  return (ruleId: Expr<Field>, severe: Expr<Field>): Expr<number> => {
    const ofSeverity = bySeverity.reduceRight(
      (next, { name, points }) => choose(same(severe, rule.text(name)), rule.amount(points), next),
      rule.amount(others),
    );
    return byRule.reduceRight(
      (next, { name, points }) => choose(same(ruleId, rule.text(name)), rule.amount(points), next),
      ofSeverity,
    );
  };
}

/** See `scoreSchema` for the meaning. */
export function lowerScore(score: Score, rule: RuleContext): Lowered {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const members = rule.maker(score.of);
  const ruleIds = rule.values(members, score.of, 'ruleId');
  const severities = rule.values(members, score.of, 'severity');
  const allPoints = named('allPoints', map([ruleIds, severities], pointsOf(score.weights, rule)));
  const weighing = <T>(list: Expr<readonly T[]>) =>
    filter<readonly [T, number]>([list, allPoints], (_one, is) => more(is, number(0)));
  const points = named('points', weighing(allPoints));
  const at = named('scoredAt', weighing(rule.instants(members)));
  const spanMs = score.within ? rule.spanMs(score.within) : number(NEVER_MS);
  const halfLifeMs = score.halfLifeDays === undefined ? number(NEVER_MS) : times(rule.amount(score.halfLifeDays), number(DAY_MS));
  const scores = named('scores', scoresWithin(points, at, spanMs, halfLifeMs));
  const rules = named('scorers', scorersWithin(weighing(ruleIds), points, at, spanMs, halfLifeMs));
  const threshold = rule.amount(score.threshold);
  const wanted = times(threshold, number(PARTS_OF_POINT));
  const reached = named(
    'reached',
    map([scores, rules], (sum, different) => both(atLeast(sum, wanted), atLeast(different, rule.amount(score.atLeastRules)))),
  );
  const first = named(
    'first',
    firstPlaceOf([reached], (is) => is),
  );
  const last = named('last', largest(map([reached, places(at)], (is, place) => choose(is, place, number(0)))));
  const lastAt = named('lastReachedAt', numberAt(at, last));
  const speaks = named(
    'speaks',
    map([points, at, places(at)], (worth, atMs, place) => {
      const ageMs = larger(minus(lastAt, atMs), number(0));
      return both(atMost(place, last), both(less(ageMs, spanMs), more(decayed(worth, ageMs, halfLifeMs), number(0))));
    }),
  );
  const proven = (list: Expr<readonly number[]>) => filter([list, speaks], (_one, is) => is);
  const provenAt = named('provenAt', proven(at));
  return {
    hit: more(first, number(0)),
    occurredAt: numberAt(at, first),
    deadlines: noNumbers(),
    needs: [[members]],
    evidence: [{ places: proven(weighing(rule.places(members))), role: rule.role(score.of) }],
    figures: {
      score: dividedBy(numberAt(scores, last), number(PARTS_OF_POINT)),
      scoreThousandths: numberAt(scores, last),
      rules: numberAt(rules, last),
      count: lengthOf(provenAt),
      threshold,
      firstAtMs: numberAt(provenAt, number(1)),
      lastAtMs: numberAt(provenAt, number(-1)),
    },
  };
}
