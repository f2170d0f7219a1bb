import type { PeriodField } from '@tianyan/contracts';
import { chinaDayOf } from '@tianyan/kernel';
import {
  dayNumberOf,
  dayNumberSql,
  endOfDaySql,
  endOfNthWorkingDaySql,
  NEVER_MS,
  ordinalSql,
  sameTimeLaterSql,
  startOfDaySql,
  workingDaysLaterSql,
} from '../../compile/calendar.js';
import { leaf, operator, type Env, type Expr } from '../expr.js';
import { OutsideCalendarError, type CalendarDays } from '../calendar-days.js';

const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 28_800_000;

/** The calendar of the evaluation; in SQL the constants of the query. */
export const calendar: Expr<CalendarDays> = leaf('calendar', 'calendar', (env: Env) => env.calendar);

/** Instants and the China days that they lie in, by number since 1970-01-01. */
export const dayOf = operator({
  name: 'dayOf',
  sql: (atMs) => dayNumberSql(atMs),
  run: (atMs: number | null) => (atMs === null ? null : dayNumber(atMs)),
});

/** As intDiv: towards zero. */
export function dayNumber(atMs: number): number {
  return Math.trunc((atMs + CHINA_OFFSET_MS) / DAY_MS);
}

export function endOfDayMs(day: number): number {
  return (day + 1) * DAY_MS - CHINA_OFFSET_MS;
}

/** 24:00 of the day, or missing. */
export const endOfDay = operator({
  name: 'endOfDay',
  sql: (day) => endOfDaySql(day),
  run: (day: number | null) => (day === null ? null : endOfDayMs(day)),
});

/** 0:00 of the day; of none 0. */
export const startOfDay = operator({
  name: 'startOfDay',
  sql: (day) => `ifNull(${startOfDaySql(day)}, 0)`,
  run: (day: number | null) => (day === null ? 0 : startOfDayMs(day)),
});

const PERIOD_ENDS: Readonly<Record<PeriodField, { sql: (day: string) => string; run: (day: number) => number }>> = {
  atDay: { sql: (day) => `${day} + 1`, run: (day) => day + 1 },
  atWeek: { sql: (day) => `${day} - (${day} + 3) % 7 + 7`, run: (day) => day - ((day + 3) % 7) + 7 },
  atMonth: { sql: (day) => monthsLaterSql('toStartOfMonth', day, 1), run: (day) => monthsLater(day, 1) },
  atQuarter: { sql: (day) => monthsLaterSql('toStartOfQuarter', day, 3), run: (day) => monthsLater(day, 3) },
  atYear: { sql: (day) => monthsLaterSql('toStartOfYear', day, 12), run: (day) => monthsLater(day, 12) },
};

function monthsLaterSql(start: string, day: string, months: number): string {
  return `toInt64(toInt32(addMonths(toDate32(${start}(toDate32(${day}))), ${months})))`;
}

const MONTHS_PER_YEAR = 12;

/** First day after the period of so many months, from January on, in which the day lies. */
function monthsLater(day: number, months: number): number {
  const [year = 0, month = 1] = chinaDayOf(startOfDayMs(day)).split('-').map(Number);
  const next = Math.floor((month - 1) / months) * months + months;
  const [y, m] = [year + Math.floor(next / MONTHS_PER_YEAR), (next % MONTHS_PER_YEAR) + 1];
  return dayNumberOf(`${y}-${String(m).padStart(2, '0')}-01`);
}

/** SQL of 0:00, in China, of the first day after the period in which the instant lies. */
export function endOfPeriodSql(period: PeriodField, atMs: string): string {
  return startOfDaySql(PERIOD_ENDS[period].sql(dayNumberSql(atMs)));
}

const ends = new Map<PeriodField, (atMs: Expr<number>) => Expr<number>>();

/** 0:00, in China, of the first day after the period in which the instant lies. */
export function endOfPeriod(period: PeriodField, atMs: Expr<number>): Expr<number> {
  let known = ends.get(period);
  if (!known) {
    const { run } = PERIOD_ENDS[period];
    known = operator({
      name: `endOfPeriod ${period}`,
      sql: (at) => endOfPeriodSql(period, at),
      run: (at: number) => startOfDayMs(run(dayNumber(at))),
    });
    ends.set(period, known);
  }
  return known(atMs);
}

export function startOfDayMs(day: number): number {
  return day * DAY_MS - CHINA_OFFSET_MS;
}

/** Working days up to and including the day. */
export const ordinalOf = operator({
  name: 'ordinalOf',
  sql: (_calendar, day) => ordinalSql(day),
  run: (days: CalendarDays, day: number) => days.ordinal(day),
});

/** The first day of the calendar: for what has no day of its own, and needs one that is there. */
export const firstDay = operator({
  name: 'firstDay',
  sql: (days) => `${days}.1`,
  run: (days: CalendarDays) => days.firstDay,
});

/**
 * Where a deadline of n working days stands: 24:00 of the n-th after the day with this ordinal, of the day itself for 0; of a
 * negative n there is none.
 */
export const workingDeadline = operator({
  name: 'workingDeadline',
  sql: (_calendar, n, day, ordinal) =>
    `multiIf(${n} < 0, ${NEVER_MS}, ${n} = 0, ${endOfDaySql(day)}, ${endOfNthWorkingDaySql(ordinal, `greatest(${n}, 1)`)})`,
  run: (days: CalendarDays, n: number, day: number, ordinal: number) => workingDeadlineMs(days, n, day, ordinal),
});

/** @throws OutsideCalendarError */
export function workingDeadlineMs(days: CalendarDays, n: number, day: number, ordinal: number): number {
  if (n < 0) return NEVER_MS;
  if (n === 0) return endOfDayMs(day);
  const wanted = days.dayOf(ordinal + n);
  if (wanted === null) throw new OutsideCalendarError('calendar: day outside');
  return endOfDayMs(wanted);
}

/** The day so many working days later; missing where one of them is missing, beyond `most`, or outside of the calendar. */
export const workingDaysLater = operator({
  name: 'workingDaysLater',
  sql: (_calendar, day, n, most) => workingDaysLaterSql(day, n, most),
  run: (days: CalendarDays, day: number | null, n: number | null, most: number) => days.later(day, n, most),
});

/** The same time of the day so many working days later; missing as {@link workingDaysLater} is. */
export const sameTimeLater = operator({
  name: 'sameTimeLater',
  sql: (_calendar, atMs, n, most) => sameTimeLaterSql(atMs, n, most),
  run: (days: CalendarDays, atMs: number | null, n: number | null, most: number) => sameTimeLaterMs(days, atMs, n, most),
});

export function sameTimeLaterMs(days: CalendarDays, atMs: number | null, n: number | null, most: number): number | null {
  if (atMs === null) return null;
  const day = dayNumber(atMs);
  const later = days.later(day, n, most);
  return later === null ? null : atMs + (later - day) * DAY_MS;
}
