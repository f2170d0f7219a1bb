import type { Deadline } from '../../language/deadline.js';
import type { Measured } from '../../language/measured.js';
import type { Statistic } from '../../language/statistic.js';
import { lengthOfSpan, MAX_SPAN_DAYS, type Amount, type Span } from '../../language/values.js';
import { checkAmount, checkTableRef } from './check-conditions.js';
import type { RuleCheck } from './rule-check.js';

export { checkAmount };

/** Sums run over whole numbers of one unit; an area travels in ten-thousandths of a mu and would be summed as such. */
export const SUMMABLE = ['integer', 'money'] as const;
const TIMES = ['instant', 'day'] as const;
const PER_DAY = { days: 1, hours: 24, minutes: 1_440 } as const;

/** @param lookedIn the input in whose records a table of lengths may be looked up */
export function checkSpan(check: RuleCheck, path: string, span: Span | undefined, lookedIn?: string): void {
  if (span === undefined) return;
  const { unit, amount } = lengthOfSpan(span);
  const at = `${path}.${unit}`;
  const most = MAX_SPAN_DAYS * PER_DAY[unit];
  const parameter = typeof amount === 'number' ? undefined : check.rule.parameters[amount.parameter];
  if (lookedIn !== undefined && parameter?.table !== undefined)
    return checkLookedUp(check, at, amount, { in: lookedIn, least: 1, most });
  checkAmount(check, at, amount, 1);
  if (typeof amount !== 'number') check.limit(amount.parameter, 1, most);
  const value = typeof amount === 'number' ? amount : parameter?.value;
  if (value !== undefined && value > most) check.add(at, `最长 ${MAX_SPAN_DAYS} 天，这里是 ${value}`);
}

/** A number, or a parameter whose table is looked up in a record of an input: all numbers that it may be are within the limits. */
export function checkLookedUp(
  check: RuleCheck,
  path: string,
  amount: Amount,
  { in: input, least, most }: { in: string; least: number; most: number },
): void {
  const parameter = typeof amount === 'number' ? undefined : check.rule.parameters[amount.parameter];
  if (typeof amount === 'number' || parameter?.table === undefined) return checkAmount(check, path, amount, least, most);
  const contract = check.contract(input);
  if (contract) checkTableRef(check, path, contract, amount, false);
  check.limit(amount.parameter, least, most);
  for (const { value } of parameter.table) {
    if (value < least) check.add(path, `应不小于 ${least}，参数 ${amount.parameter} 里有 ${value}`);
    if (value > most) check.add(path, `应不大于 ${most}，参数 ${amount.parameter} 里有 ${value}`);
  }
}

/** Whether the field of what is measured is there, and may be added up where its sum is asked for. Its input is checked apart. */
export function checkMeasured(check: RuleCheck, path: string, { of, measure, field }: Measured): void {
  if (field === undefined || !check.rule.inputs[of]) return;
  if (measure === 'sum') check.fieldOfKind(`${path}.field`, of, field, SUMMABLE, '整数或金额');
  else check.field(`${path}.field`, of, field);
}

export function checkInput(check: RuleCheck, path: string, name: string): void {
  check.input(path, name);
}

/**
 * `of`: the input whose records are the starts.
 * @param pairsLinks linked records belong to one record each: there is no last one in the scope
 */
export function checkDeadline(check: RuleCheck, path: string, deadline: Deadline, of: string, pairsLinks = false): void {
  const { details, field, from } = deadline;
  if (from !== undefined && check.rule.inputs[of]) check.fieldOfKind(`${path}.from`, of, from, TIMES, '日期或时刻');
  if (details !== undefined) {
    if (!check.input(`${path}.details`, details)) return;
    if (pairsLinks && check.rule.inputs[details]?.link) return check.add(`${path}.details`, 'details 不能是用 link 连接的输入');
  }
  const source = details ?? of;
  const contract = check.contract(source);
  if (!contract) return;
  if (field !== undefined) check.fieldOfKind(`${path}.field`, source, field, TIMES, '日期或时刻');
  for (const unit of ['workingDays', 'calendarDays', 'workingHours', 'hours'] as const) {
    const limit = deadline[unit];
    if (typeof limit !== 'object') continue;
    checkTableRef(check, `${path}.${unit}`, contract, limit, true);
    check.limit(limit.parameter, 0, MAX_SPAN_DAYS);
    const parameter = check.rule.parameters[limit.parameter];
    for (const value of [parameter?.value, ...(parameter?.table ?? []).map((row) => row.value)])
      if (value !== undefined && (value < 0 || value > MAX_SPAN_DAYS))
        check.add(`${path}.${unit}`, `期限应为 0–${MAX_SPAN_DAYS}，参数 ${limit.parameter} 里有 ${value}`);
  }
}

/** Of fewer a middle says nothing. */
export const LEAST_PEERS = 3;
/** Of 100 it would be the largest of all: no peer is above it. */
const MAX_QUANTILE = 99;
/** A hundred times as far as the peers spread nothing lies; 64 bits hold such a fence of any amount. */
const MAX_SPREAD_PERCENT = 10_000;

/** @param path before its parts, with the dot */
export function checkStatistic(check: RuleCheck, path: string, { quantile, spreadPercent }: Statistic): void {
  if (quantile !== undefined) checkAmount(check, `${path}quantile`, quantile, 1, MAX_QUANTILE);
  if (spreadPercent !== undefined) checkAmount(check, `${path}spreadPercent`, spreadPercent, 1, MAX_SPREAD_PERCENT);
}
