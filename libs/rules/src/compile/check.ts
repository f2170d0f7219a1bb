import type { Catalogue } from '@tianyan/contracts';
import type { RuleDefinition } from '../language/rule.js';
import type { RuleProblem } from './invalid-rule.js';
export function checkRule(_rule: RuleDefinition, _catalogue: Catalogue): RuleProblem[] {
  return [];
}
