import { checkAmount, checkDeadline, checkInput, checkSpan, SUMMABLE } from '../../compile/check/check-clauses.js';
import { offered, type RuleCheck } from '../../compile/check/rule-check.js';
import type { Join, JoinCondition } from './schema.js';

export function checkJoin(check: RuleCheck, join: Join): void {
  if (!check.rule.inputs[join.subject]) return checkInput(check, 'subject', join.subject);
  if (join.deadline) checkDeadline(check, 'deadline', join.deadline, join.subject);
  const marks = new Set<string>();
  join.all.forEach((condition, i) => checkCondition(check, `all.${i}`, join, condition, marks));
}

function checkCondition(check: RuleCheck, path: string, join: Join, condition: JoinCondition, marks: Set<string>): void {
  const { of, share, sumBelow } = condition;
  if (!check.rule.inputs[of]) return checkInput(check, `${path}.of`, of);
  (condition.compare ?? []).forEach((compare, i) => {
    const own = check.field(`${path}.compare.${i}.field`, of, compare.field);
    const theirs = check.field(`${path}.compare.${i}.subject`, join.subject, compare.subject);
    if (own && theirs && (own.slotClass !== theirs.slotClass || (own.kind === 'area') !== (theirs.kind === 'area')))
      check.add(`${path}.compare.${i}`, `字段 ${own.name} 与 ${theirs.name} 不是同一类，不能比较`);
  });
  if (condition.after !== undefined && !marks.has(condition.after))
    check.add(`${path}.after`, `前面的条件没有写下标记 ${condition.after}（share 的 mark），可用的标记：${offered([...marks])}`);
  checkSpan(check, `${path}.within`, condition.within);
  if (condition.atLeast !== undefined) checkAmount(check, `${path}.atLeast`, condition.atLeast, 1);
  if (sumBelow) {
    check.fieldOfKind(`${path}.sumBelow.sum`, of, sumBelow.sum, SUMMABLE, '整数或金额');
    check.fieldOfKind(`${path}.sumBelow.field`, join.subject, sumBelow.field, SUMMABLE, '整数或金额');
  }
  if (share) {
    check.fieldOfKind(`${path}.share.sum`, of, share.sum, SUMMABLE, '整数或金额');
    check.fieldOfKind(`${path}.share.ofField`, join.subject, share.ofField, SUMMABLE, '整数或金额');
    checkAmount(check, `${path}.share.percent`, share.percent, 1);
    if (marks.has(share.mark)) check.add(`${path}.share.mark`, `标记 ${share.mark} 重复`);
    marks.add(share.mark);
  }
}
