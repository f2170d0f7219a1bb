import { checkAmount, checkInput, checkSpan, SUMMABLE } from '../../compile/check/check-clauses.js';
import { checkTableRef } from '../../compile/check/check-conditions.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import type { Split } from './schema.js';

/** From the whole limit on nothing would be below it. */
const MOST_NEAR_PERCENT = 99;

export function checkSplit(check: RuleCheck, rule: Split): void {
  checkInput(check, 'of', rule.of);
  const contract = check.contract(rule.of);
  if (contract) {
    check.fieldOfKind('field', rule.of, rule.field, SUMMABLE, '整数或金额');
    if (rule.by !== undefined) check.field('by', rule.of, rule.by);
    if (typeof rule.limit === 'object') checkTableRef(check, 'limit', contract, rule.limit, false);
  }
  if (typeof rule.limit === 'number') checkAmount(check, 'limit', rule.limit, 1);
  checkAmount(check, 'nearPercent', rule.nearPercent, 1, MOST_NEAR_PERCENT);
  checkAmount(check, 'minParts', rule.minParts, 2);
  checkSpan(check, 'within', rule.within);
}
