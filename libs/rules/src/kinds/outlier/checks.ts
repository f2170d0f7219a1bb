import { checkAmount, checkInput, checkMeasured, checkStatistic, LEAST_PEERS } from '../../compile/check/check-clauses.js';
import { checkClosing } from '../../compile/check/check-closing.js';
import { offered, type RuleCheck } from '../../compile/check/rule-check.js';
import { saysWhichQuantile, spreadsWhereItMay, WHERE_SPREAD, WHICH_QUANTILE } from '../../language/statistic.js';
import type { Outlier } from './schema.js';

export function checkOutlier(check: RuleCheck, rule: Outlier): void {
  for (const [name, { link }] of Object.entries(check.rule.inputs))
    if (link) check.add(`inputs.${name}.link`, '这类规则不写：每条记录按自己的字段归到判断对象');
  for (const side of ['part', 'whole'] as const) {
    const measured = rule[side];
    if (!measured) continue;
    checkInput(check, `${side}.of`, measured.of);
    checkMeasured(check, side, measured);
  }
  checkAmong(check, rule.among);
  if ((rule.whole === undefined) !== (rule.minWhole === undefined))
    check.add('minWhole', 'whole（总数）与 minWhole（总数至少）须一起写，或者都不写');
  if (!saysWhichQuantile(rule)) check.add('quantile', WHICH_QUANTILE);
  if (!spreadsWhereItMay(rule)) check.add('spreadPercent', WHERE_SPREAD);
  if (rule.minWhole !== undefined) checkAmount(check, 'minWhole', rule.minWhole, 1);
  if (rule.minPart !== undefined) checkAmount(check, 'minPart', rule.minPart, 1);
  if (rule.percent !== undefined) checkAmount(check, 'percent', rule.percent, 1);
  checkStatistic(check, '', rule);
  checkDistance(check, rule);
  checkAmount(check, 'minPeers', rule.minPeers, LEAST_PEERS);
  checkClosing(check, rule, '各输入');
}

/** Of peers that have none of it the statistic is 0, and so is every percentage of it: one record is above it. */
function checkDistance(check: RuleCheck, { is, leastDistance }: Outlier): void {
  if (leastDistance !== undefined) checkAmount(check, 'leastDistance', leastDistance, 1);
  else if (is === 'above' || is === 'atLeast')
    check.add('leastDistance', '同类大多是 0 时，有一点就“远高于”：请写 leastDistance（至少高出多少）');
}

/** Something has to tell the peers apart. */
function checkAmong(check: RuleCheck, among: readonly string[]): void {
  const { scope } = check.rule;
  among.forEach((part, i) => {
    if (!scope.includes(part)) check.add(`among.${i}`, `规则的 scope 里没有 ${part}，只有：${offered(scope)}`);
    if (among.indexOf(part) < i) check.add(`among.${i}`, `${part} 写了两次`);
  });
  if (scope.every((part) => among.includes(part)))
    check.add('among', '写了 scope 的全部：每个判断对象只有自己一个同类。请留下用来区分同类的那一项');
}
