import { checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import { checkComparison } from '../../compile/check/check-comparison.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Sequence } from './schema.js';

export function checkSequence(check: RuleCheck, rule: Sequence): void {
  rule.steps.forEach((step, i) => {
    checkInput(check, `steps.${i}.of`, step.of);
    (step.notBetween ?? []).forEach((name, k) => checkInput(check, `steps.${i}.notBetween.${k}`, name));
    checkSpan(check, `steps.${i}.within`, step.within);
    (step.compare ?? []).forEach((compare, k) => {
      const at = `steps.${i}.compare.${k}`;
      const other = rule.steps[compare.step - 1]?.of;
      if (other === undefined || !check.rule.inputs[step.of] || !check.rule.inputs[other]) return;
      const own = check.field(`${at}.field`, step.of, compare.field);
      const theirs = check.field(`${at}.${compare.to === undefined ? 'field' : 'to'}`, other, compare.to ?? compare.field);
      checkComparison(check, at, own, compare, theirs);
    });
  });
}
