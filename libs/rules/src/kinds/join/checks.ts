import {
  checkAmount,
  checkDeadline,
  checkInput,
  checkSpan,
  checkStatistic,
  LEAST_PEERS,
  SUMMABLE,
} from '../../compile/check/check-clauses.js';
import { checkComparison } from '../../compile/check/check-comparison.js';
import { offered, type RuleCheck } from '../../compile/check/rule-check.js';
import type { Join, JoinCondition, Stat } from './schema.js';

export function checkJoin(check: RuleCheck, join: Join): void {
  if (!check.rule.inputs[join.subject]) return checkInput(check, 'subject', join.subject);
  if (join.deadline) checkDeadline(check, 'deadline', join.deadline, join.subject, true);
  const marks = new Set([join.subject]);
  join.all.forEach((one, i) => {
    const path = `all.${i}`;
    if (!('any' in one)) return checkCondition(check, path, join, one, marks);
    // What one of them marks may not be there: no other condition is given it.
    one.any.forEach((condition, k) => checkCondition(check, `${path}.any.${k}`, join, condition, new Set(marks)));
  });
}

function checkCondition(check: RuleCheck, path: string, join: Join, condition: JoinCondition, marks: Set<string>): void {
  const { of, share } = condition;
  if (!check.rule.inputs[of]) return checkInput(check, `${path}.of`, of);
  (condition.compare ?? []).forEach((compare, i) => {
    const at = `${path}.compare.${i}`;
    const own = check.field(`${at}.field`, of, compare.field);
    const theirs = check.field(`${at}.subject`, join.subject, compare.subject);
    checkComparison(check, at, own, compare, theirs, join.subject);
  });
  for (const side of ['after', 'before'] as const) {
    const name = condition[side];
    if (name !== undefined && !marks.has(name))
      check.add(
        `${path}.${side}`,
        `没有名为 ${name} 的标记。可以写 subject 的名称，或前面的条件写下的标记（share、pick 的 mark）：${offered([...marks])}`,
        '这里只能选主记录，或前面的条件记下的标记，请重新选',
      );
  }
  checkSpan(check, `${path}.within`, condition.within);
  if (condition.atLeast !== undefined) checkAmount(check, `${path}.atLeast`, condition.atLeast, 1);
  for (const test of ['sumBelow', 'sumAbove'] as const) {
    const sum = condition[test];
    if (!sum) continue;
    check.fieldOfKind(`${path}.${test}.sum`, of, sum.sum, SUMMABLE, '整数或金额');
    check.fieldOfKind(`${path}.${test}.field`, join.subject, sum.field, SUMMABLE, '整数或金额');
    if (sum.percent !== undefined) checkAmount(check, `${path}.${test}.percent`, sum.percent, 1);
  }
  if (condition.stat) checkStat(check, `${path}.stat`, join, condition.of, condition.stat);
  if (share) {
    check.fieldOfKind(`${path}.share.sum`, of, share.sum, SUMMABLE, '整数或金额');
    check.fieldOfKind(`${path}.share.ofField`, join.subject, share.ofField, SUMMABLE, '整数或金额');
    checkAmount(check, `${path}.share.percent`, share.percent, 1);
  }
  for (const [at, name] of [['share.mark', share?.mark] as const, ['mark', condition.mark] as const]) {
    if (name === undefined) continue;
    if (marks.has(name)) check.add(`${path}.${at}`, `标记 ${name} 重复`);
    marks.add(name);
  }
}

/** Peers are records of the subject's kind, or have fields of the same names. */
function checkStat(check: RuleCheck, path: string, join: Join, of: string, wanted: Stat): void {
  const { value, per, percent, minRecords } = wanted;
  for (const input of [of, join.subject]) {
    check.fieldOfKind(`${path}.value`, input, value, SUMMABLE, '整数或金额');
    if (per !== undefined) check.fieldOfKind(`${path}.per`, input, per, [...SUMMABLE, 'area'], '整数、金额或面积');
  }
  if (percent !== undefined) checkAmount(check, `${path}.percent`, percent, 1);
  checkStatistic(check, `${path}.`, wanted);
  checkAmount(check, `${path}.minRecords`, minRecords, LEAST_PEERS);
}
