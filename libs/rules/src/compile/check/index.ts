import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../../kinds/index.js';
import type { RuleDefinition } from '../../language/rule.js';
import type { RuleProblem } from '../invalid-rule.js';
import { checkExamples } from './check-examples.js';
import { checkExceptions, checkInputs, checkParameters } from './check-inputs.js';
import { checkWords } from './check-words.js';
import { RuleCheck, type NumberLimits } from './rule-check.js';

/**
 * Everything the schema cannot know: whether types, fields, values and names exist and fit each other. What passes here
 * compiles, and the query runs: the compiler's own errors are mistakes of the program, not of the rule.
 */
export function checkRule(rule: RuleDefinition, catalogue: Catalogue): RuleProblem[] {
  return checked(rule, catalogue).problems;
}

/** Within what the numbers of each parameter have to be, as the places that use it take them; one that is missing has no limits. */
export function parameterLimits(rule: RuleDefinition, catalogue: Catalogue): ReadonlyMap<string, NumberLimits> {
  return checked(rule, catalogue).limits;
}

function checked(rule: RuleDefinition, catalogue: Catalogue): RuleCheck {
  const check = new RuleCheck(rule, catalogue);
  if (new Set(rule.scope).size < rule.scope.length) check.add('scope', '组成部分重复');
  checkInputs(check);
  checkParameters(check);
  checkExceptions(check);
  kindOf(rule).check(check, rule);
  checkWords(check);
  checkExamples(check);
  return check;
}
