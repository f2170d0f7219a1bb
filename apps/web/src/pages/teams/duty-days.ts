import type { DutyDay } from '@tianyan/console-app/api';

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'] as const;
const DAYS_PER_WEEK = 7;
const MONTHS_PER_YEAR = 12;

export function dayText(day: string): string {
  const [, month = '', date = ''] = day.split('-');
  return `${Number(month)} 月 ${Number(date)} 日`;
}

/** @param index in a week that begins on Monday */
export function weekdayText(index: number): string {
  return `周${WEEKDAYS[index] ?? ''}`;
}

/** @param months may be negative */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const since = year * MONTHS_PER_YEAR + number - 1 + months;
  return `${Math.floor(since / MONTHS_PER_YEAR)}-${String((since % MONTHS_PER_YEAR) + 1).padStart(2, '0')}`;
}

/** A week that is shown, and the one before it, from which it can be filled. */
export interface DutyWeek {
  days: readonly DutyDay[];
  before: readonly DutyDay[];
}

/** The first of the answer is there to be copied alone. */
export function weeksOf(days: readonly DutyDay[]): DutyWeek[] {
  const weeks = Array.from({ length: days.length / DAYS_PER_WEEK }, (_, n) =>
    days.slice(n * DAYS_PER_WEEK, (n + 1) * DAYS_PER_WEEK),
  );
  return weeks.slice(1).map((week, n) => ({ days: week, before: weeks[n] ?? [] }));
}
