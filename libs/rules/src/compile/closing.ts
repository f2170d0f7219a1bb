import type { PeriodField } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import { leaf, type Expr } from '../expression/expr.js';
import { calendar, endOfPeriod, sameTimeLater } from '../expression/operators/days.js';
import { minus, movedBy, number, orElse, plus, times } from '../expression/operators/values.js';
import { SqlWriter } from '../expression/write-sql.js';
import { MAX_GRACE_DAYS, type Closing, type Grace } from '../language/closing.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Amount } from '../language/values.js';
import { periodOfScope } from './scope-period.js';

/** At whose end a rule decides, and how many days later at the earliest. */
export interface ClosingPeriod {
  period: PeriodField;
  graceDays: number;
}

/** Null: it decides at any time. */
export function closingOf(rule: RuleDefinition & Closing): ClosingPeriod | null {
  const period = rule.decide === 'closed' ? periodOfScope(rule) : null;
  if (period === null) return null;
  const { grace } = rule;
  const amount = grace?.calendarDays ?? grace?.workingDays ?? 0;
  // The n-th working day after a day is the n-th day after it at the earliest.
  return { period, graceDays: typeof amount === 'number' ? amount : (rule.parameters[amount.parameter]?.value ?? 0) };
}

/** When a period counts as over that ends at this instant; see `graceSchema`. */
export function afterGrace(end: Expr<number>, grace: Grace | undefined, amount: (of: Amount) => Expr<number>): Expr<number> {
  if (grace === undefined) return end;
  const days = amount(grace.workingDays ?? grace.calendarDays ?? 0);
  const later = plus(end, times(days, number(DAY_MS)));
  if (grace.workingDays === undefined) return later;
  const lastDay = minus(end, number(DAY_MS));
  return orElse(movedBy(sameTimeLater(calendar, lastDay, days, number(MAX_GRACE_DAYS)), number(DAY_MS)), later);
}

/** SQL of when the period counts as over in which an instant lies. */
export function closesAtSql(
  { period, grace }: { period: PeriodField; grace: Grace | undefined },
  atMs: string,
  amount: (of: Amount) => Expr<number>,
): string {
  // Only written: nobody runs it.
  const at = leaf('at', atMs, () => 0);
  return new SqlWriter(IN_PLACE).write(afterGrace(endOfPeriod(period, at), grace, amount)).sql;
}

const IN_PLACE = {
  add: (): never => {
    throw new TypeError('it has no steps');
  },
  firstStage: 0,
  isRead: false,
};
