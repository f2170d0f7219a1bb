import { checkAmount, checkInput, checkMeasured, checkSpan } from '../../compile/check/check-clauses.js';
import { checkClosing } from '../../compile/check/check-closing.js';
import { checkFields } from '../../compile/check/check-comparison.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import { BOUNDS, type Earlier, type Ratio } from './schema.js';

function checkEarlier(check: RuleCheck, path: string, of: string, { of: earlier, within, compare = [] }: Earlier): void {
  checkInput(check, `${path}.of`, earlier);
  checkSpan(check, `${path}.within`, within);
  compare.forEach((one, i) => checkFields(check, `${path}.compare.${i}`, of, one, earlier));
}

export function checkRatio(check: RuleCheck, rule: Ratio): void {
  for (const side of ['part', 'whole'] as const) {
    const { of, onlyAfter } = rule[side];
    checkInput(check, `${side}.of`, of);
    if (onlyAfter) checkEarlier(check, `${side}.onlyAfter`, of, onlyAfter);
    checkMeasured(check, side, rule[side]);
  }
  checkAmount(check, 'minWhole', rule.minWhole, 1);
  const given = BOUNDS.filter((bound) => rule[bound] !== undefined);
  if (given.length !== 1) check.add(given[0] ?? 'above', `须且只须写 ${BOUNDS.join('、')} 之一（百分之几）`);
  for (const bound of given) checkAmount(check, bound, rule[bound] ?? 0, 0);
  checkSpan(check, 'within', rule.within);
  if (rule.within !== undefined && rule.decide === 'closed')
    check.add('within', '时间窗在每条记录的时刻判断，不能与 decide: closed 同用；请去掉其中一个');
  checkClosing(check, rule, '不用 link 的输入');
}
