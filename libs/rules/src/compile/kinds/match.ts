import type { Match } from '../../language/kinds/match.js';
import { evidenceOf, NO_INSTANTS } from '../arrays.js';
import type { KindSql, RuleContext } from '../rule-context.js';

/** See `matchSchema` for the meaning. */
export function matchSql(match: Match, rule: RuleContext): KindSql {
  const bit = rule.maker(match.of);
  const at = rule.instants(bit);
  return {
    hit: `notEmpty(${at})`,
    occurredAt: `${at}[1]`,
    deadlines: NO_INSTANTS,
    evidence: evidenceOf(rule.positions(bit), rule.role(match.of)),
    figures: { count: `length(${at})`, firstAtMs: `${at}[1]`, lastAtMs: `${at}[-1]` },
  };
}
