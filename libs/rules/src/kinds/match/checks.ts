import { checkInput } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Match } from './schema.js';

export function checkMatch(check: RuleCheck, rule: Match): void {
  checkInput(check, 'of', rule.of);
}
