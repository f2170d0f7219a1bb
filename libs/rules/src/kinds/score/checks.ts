import { platformFinding } from '@tianyan/contracts';
import { checkAmount, checkInput, checkSpan } from '../../compile/check/check-clauses.js';
import type { RuleCheck } from '../../compile/check/rule-check.js';
import { MAX_SPAN_DAYS, type Amount } from '../../language/values.js';
import { MAX_POINTS, type Score } from './schema.js';

export function checkScore(check: RuleCheck, rule: Score): void {
  checkInput(check, 'of', rule.of);
  const contract = check.contract(rule.of);
  if (contract && contract.type !== platformFinding.type)
    check.add('of', `只能给${platformFinding.label}（${platformFinding.type}）打分，这里是${contract.label}（${contract.type}）`);
  const { rules = {}, severity = {}, others } = rule.weights;
  for (const [ruleId, points] of Object.entries(rules)) {
    checkPoints(check, `weights.rules.${ruleId}`, points);
    if (ruleId === check.rule.id) check.add(`weights.rules.${ruleId}`, '不能给自己的疑点打分，请写别的规则');
  }
  for (const [name, points] of Object.entries(severity))
    if (points !== undefined) checkPoints(check, `weights.severity.${name}`, points);
  checkPoints(check, 'weights.others', others);
  if (rule.halfLifeDays !== undefined) checkAmount(check, 'halfLifeDays', rule.halfLifeDays, 1, MAX_SPAN_DAYS);
  checkSpan(check, 'within', rule.within);
  checkAmount(check, 'threshold', rule.threshold, 1);
  checkAmount(check, 'atLeastRules', rule.atLeastRules, 1);
}

function checkPoints(check: RuleCheck, path: string, points: Amount): void {
  checkAmount(check, path, points, 0, MAX_POINTS);
}
