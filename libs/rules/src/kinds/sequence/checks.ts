import { checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Sequence } from './schema.js';

export function checkSequence(check: RuleCheck, rule: Sequence): void {
  rule.steps.forEach((step, i) => {
    checkInput(check, `steps.${i}.of`, step.of);
    (step.notBetween ?? []).forEach((name, k) => checkInput(check, `steps.${i}.notBetween.${k}`, name));
    checkSpan(check, `steps.${i}.within`, step.within);
  });
}
