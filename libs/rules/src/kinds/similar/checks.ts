import { checkAmount, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import { MAX_COMPARED_CHARACTERS } from '../../expression/operators/texts.js';
import type { Amount } from '../../language/values.js';
import { LEAST_LENGTH, LEAST_PERCENT, type Similar } from './schema.js';

export function checkSimilar(check: RuleCheck, rule: Similar): void {
  const field = check.field('field', rule.of, rule.field);
  if (field && field.slotClass !== 'text') check.add('field', `字段 ${field.name} 不是文字，不能比较是否雷同`);
  if (field && rule.different !== undefined) check.field('different', rule.of, rule.different);
  checkAmount(check, 'percent', rule.percent, LEAST_PERCENT);
  checkAtMost(check, 'percent', rule.percent, 100);
  checkAmount(check, 'minLength', rule.minLength, LEAST_LENGTH);
  // Longer texts are cut: none would be long enough.
  checkAtMost(check, 'minLength', rule.minLength, MAX_COMPARED_CHARACTERS);
  checkAmount(check, 'atLeast', rule.atLeast, 2);
  checkSpan(check, 'within', rule.within);
}

function checkAtMost(check: RuleCheck, path: string, amount: Amount, most: number): void {
  const value = typeof amount === 'number' ? amount : check.rule.parameters[amount.parameter]?.value;
  if (value !== undefined && value > most) check.add(path, `应不大于 ${most}，这里是 ${value}`);
}
