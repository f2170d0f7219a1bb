import { FIRST_YEAR, LAST_YEAR, type WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import type { RuleOf } from '@tianyan/rules';
import { endOfDayMs, endOfPeriodMs, shortestPeriodOf } from './records.js';
import type { RuleView } from './scope-view.js';

/** When the period in which an instant lies is over for a rule that decides then: its end, and the grace after it. */
export function closingMs({ grace }: Pick<RuleOf<'ratio'>, 'grace'>, view: RuleView, atMs: number): number {
  const period = shortestPeriodOf(view.rule);
  if (period === null) throw new Error('the scope has a period');
  const endMs = endOfPeriodMs(period, atMs);
  if (!grace) return endMs;
  const n = view.amount(grace.workingDays ?? grace.calendarDays ?? 0) ?? 0;
  const lastDay = chinaDayOf(endMs - 1);
  const day = grace.workingDays === undefined ? null : nthWorkingDay(view.calendar, lastDay, n);
  return day === null ? endMs + n * DAY_MS : endOfDayMs(day);
}

/** Walks day by day; null: it comes to the end of the calendar, or begins before it. */
function nthWorkingDay(calendar: WorkingCalendar, lastDay: string, n: number): string | null {
  let current = lastDay;
  for (let left = n; isInside(current);) {
    if (left === 0) return current;
    current = chinaDayOf(endOfDayMs(current));
    if (isInside(current) && calendar.isWorkingDay(current)) left--;
  }
  return null;
}

function isInside(day: string): boolean {
  const year = Number(day.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
