import { checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import { checkFields } from '../../compile/check/check-comparison.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Sequence } from './schema.js';

export function checkSequence(check: RuleCheck, rule: Sequence): void {
  rule.steps.forEach((step, i) => {
    checkInput(check, `steps.${i}.of`, step.of);
    (step.notBetween ?? []).forEach((name, k) => checkInput(check, `steps.${i}.notBetween.${k}`, name));
    checkSpan(check, `steps.${i}.within`, step.within);
    (step.compare ?? []).forEach((compare, k) => {
      const other = rule.steps[compare.step - 1]?.of;
      if (other !== undefined) checkFields(check, `steps.${i}.compare.${k}`, step.of, compare, other);
    });
  });
}
