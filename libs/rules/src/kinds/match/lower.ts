import { isSome, lengthOf, noNumbers, numberAt } from '../../expression/operators/lists.js';
import { number } from '../../expression/operators/values.js';
import type { Match } from './schema.js';
import type { Lowered, RuleContext } from '../../compile/rule-context.js';

/** See `matchSchema` for the meaning. */
export function lowerMatch(match: Match, rule: RuleContext): Lowered {
  const members = rule.maker(match.of);
  const at = rule.instants(members);
  const firstAt = numberAt(at, number(1));
  return {
    hit: isSome(at),
    occurredAt: firstAt,
    deadlines: noNumbers(),
    needs: [[members]],
    evidence: [{ places: rule.places(members), role: rule.role(match.of) }],
    figures: { count: lengthOf(at), firstAtMs: firstAt, lastAtMs: numberAt(at, number(-1)) },
  };
}
