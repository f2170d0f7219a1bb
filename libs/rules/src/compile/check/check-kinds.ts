import type { ForwardClause } from '../../language/kinds/absence.js';
import type { CountClause } from '../../language/kinds/count.js';
import type { Join, JoinCondition } from '../../language/kinds/join.js';
import type { Deadline } from '../../language/deadline.js';
import { MAX_SPAN_DAYS, type Amount, type Span } from '../../language/values.js';
import type { RuleDefinition } from '../../language/rule.js';
import { checkTableRef } from './check-conditions.js';
import { offered, type RuleCheck } from './rule-check.js';

/** Sums run over whole numbers of one unit; an area travels in ten-thousandths of a mu and would be summed as such. */
const SUMMABLE = ['integer', 'money'] as const;
const TIMES = ['instant', 'day'] as const;
const HOURS_PER_DAY = 24;
const MINUTES_PER_DAY = 1_440;

function checkAmount(check: RuleCheck, path: string, amount: Amount, least: number): void {
  const value = typeof amount === 'number' ? amount : check.plainParameter(`${path}.parameter`, amount.parameter);
  if (value !== null && value < least) check.add(path, `应不小于 ${least}，这里是 ${value}`);
}

function checkSpan(check: RuleCheck, path: string, span: Span | undefined): void {
  for (const [unit, perDay] of [['days', 1] as const, ['hours', HOURS_PER_DAY] as const, ['minutes', MINUTES_PER_DAY] as const]) {
    const amount = span?.[unit];
    if (amount === undefined) continue;
    checkAmount(check, `${path}.${unit}`, amount, 1);
    const value = typeof amount === 'number' ? amount : check.rule.parameters[amount.parameter]?.value;
    if (value !== undefined && value > MAX_SPAN_DAYS * perDay)
      check.add(`${path}.${unit}`, `最长 ${MAX_SPAN_DAYS} 天，这里是 ${value}`);
  }
}

function checkInput(check: RuleCheck, path: string, name: string): void {
  check.input(path, name);
}

function checkCount(check: RuleCheck, path: string, clause: CountClause): void {
  checkInput(check, `${path}.of`, clause.of);
  checkSpan(check, `${path}.within`, clause.within);
  // A sum may be limited by any number; a number of records or values below 1 would accuse everyone.
  checkAmount(check, `${path}.atLeast`, clause.atLeast, clause.measure === 'sum' ? -Infinity : 1);
  if (clause.field === undefined || !check.rule.inputs[clause.of]) return;
  if (clause.measure === 'sum') check.fieldOfKind(`${path}.field`, clause.of, clause.field, SUMMABLE, '整数或金额');
  else check.field(`${path}.field`, clause.of, clause.field);
}

/** `of`: the input whose records are the starts. */
function checkDeadline(check: RuleCheck, path: string, deadline: Deadline, of: string): void {
  const { details, field, from } = deadline;
  if (from !== undefined && check.rule.inputs[of]) check.fieldOfKind(`${path}.from`, of, from, TIMES, '日期或时刻');
  if (details !== undefined) {
    if (!check.input(`${path}.details`, details)) return;
    if (check.rule.inputs[details]?.link) return check.add(`${path}.details`, 'details 不能是用 link 连接的输入');
  }
  const source = details ?? of;
  const contract = check.contract(source);
  if (!contract) return;
  if (field !== undefined) check.fieldOfKind(`${path}.field`, source, field, TIMES, '日期或时刻');
  for (const unit of ['workingDays', 'calendarDays', 'hours'] as const) {
    const limit = deadline[unit];
    if (typeof limit !== 'object') continue;
    checkTableRef(check, `${path}.${unit}`, contract, limit, true);
    const parameter = check.rule.parameters[limit.parameter];
    for (const value of [parameter?.value, ...(parameter?.table ?? []).map((row) => row.value)])
      if (value !== undefined && (value < 0 || value > MAX_SPAN_DAYS))
        check.add(`${path}.${unit}`, `期限应为 0–${MAX_SPAN_DAYS}，参数 ${limit.parameter} 里有 ${value}`);
  }
}

function checkForward(check: RuleCheck, path: string, clause: ForwardClause): void {
  checkInput(check, `${path}.of`, clause.of);
  for (const key of ['expect', 'unless'] as const)
    clause[key].forEach((expected, i) =>
      checkInput(check, `${path}.${key}.${i}`, typeof expected === 'string' ? expected : expected.of),
    );
  checkDeadline(check, `${path}.deadline`, clause.deadline, clause.of);
  if (clause.pauses) {
    checkInput(check, `${path}.pauses.of`, clause.pauses.of);
    checkInput(check, `${path}.pauses.until`, clause.pauses.until);
  }
  if (clause.extensions)
    check.fieldOfKind(`${path}.extensions.to`, clause.extensions.of, clause.extensions.to, ['instant'], '时刻');
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

function checkJoin(check: RuleCheck, join: Join): void {
  if (!check.rule.inputs[join.subject]) return checkInput(check, 'subject', join.subject);
  if (join.deadline) checkDeadline(check, 'deadline', join.deadline, join.subject);
  const marks = new Set<string>();
  join.all.forEach((condition, i) => checkCondition(check, `all.${i}`, join, condition, marks));
}

/** What the rule's kind says of its inputs. */
export function checkKind(check: RuleCheck, rule: RuleDefinition): void {
  switch (rule.kind) {
    case 'match':
      return checkInput(check, 'of', rule.of);
    case 'count':
      return rule.any.forEach((clause, i) => checkCount(check, `any.${i}`, clause));
    case 'sequence':
      return rule.steps.forEach((step, i) => {
        checkInput(check, `steps.${i}.of`, step.of);
        (step.notBetween ?? []).forEach((name, k) => checkInput(check, `steps.${i}.notBetween.${k}`, name));
        checkSpan(check, `steps.${i}.within`, step.within);
      });
    case 'absence':
      return rule.any.forEach((clause, i) => {
        if (clause.look === 'forward') return checkForward(check, `any.${i}`, clause);
        checkInput(check, `any.${i}.of`, clause.of);
        clause.expect.forEach((name, k) => checkInput(check, `any.${i}.expect.${k}`, name));
        checkSpan(check, `any.${i}.within`, clause.within);
      });
    case 'join':
      return checkJoin(check, rule);
  }
}
