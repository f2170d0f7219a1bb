import { checkAmount, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import { MAX_COMPARED_CHARACTERS } from '../../expression/operators/texts.js';
import { LEAST_LENGTH, LEAST_PERCENT, type Similar } from './schema.js';

export function checkSimilar(check: RuleCheck, rule: Similar): void {
  const field = check.field('field', rule.of, rule.field);
  if (field && field.slotClass !== 'text') check.add('field', `字段 ${field.name} 不是文字，不能比较是否雷同`);
  if (field && rule.different !== undefined) check.field('different', rule.of, rule.different);
  checkAmount(check, 'percent', rule.percent, LEAST_PERCENT, 100);
  // Longer texts are cut: none would be long enough.
  checkAmount(check, 'minLength', rule.minLength, LEAST_LENGTH, MAX_COMPARED_CHARACTERS);
  checkAmount(check, 'atLeast', rule.atLeast, 2);
  checkSpan(check, 'within', rule.within);
}
