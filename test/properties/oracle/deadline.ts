import type { WorkingCalendar } from '@tianyan/calendar';
import type { FieldValue } from '@tianyan/contracts';
import { chinaDayOf, DAY_MS, startOfChinaDayMs } from '@tianyan/kernel';
import type { Deadline } from '@tianyan/rules';
import { before, endOfDayMs, field, parameterValue, type OracleRecord } from './records.js';
import { afterOfficeTime, officeTimeBetween, sessionsOf } from './office-hours.js';
import type { ScopeView } from './scope-view.js';

/** Whether an instant is in time, by the deadline's boundary. */
export function isInTime(deadline: Deadline, atMs: number, deadlineMs: number): boolean {
  return deadline.boundary === 'strict' ? atMs < deadlineMs : atMs <= deadlineMs;
}

/** The first instant at which the deadline is missed. */
export function missedFromMs(deadline: Deadline, deadlineMs: number): number {
  return deadline.boundary === 'strict' ? deadlineMs : deadlineMs + 1;
}

export interface CountedDeadline {
  /** Null: there is none, at least for now. */
  deadlineMs: number | null;
  /** Pauses, their ends and extensions after the start, by input, whether they counted or not. */
  moving: { role: string; record: OracleRecord }[];
}

interface Course {
  pauses?: { of: string; until: string } | undefined;
  extensions?: { of: string; to: string } | undefined;
}

const HOUR_MS = 3_600_000;

/** Walks the calendar day by day. */
function nthWorkingDayAfter(calendar: WorkingCalendar, day: string, n: number): string {
  let current = day;
  for (let left = n; left > 0;) {
    current = chinaDayOf(endOfDayMs(current));
    if (calendar.isWorkingDay(current)) left--;
  }
  return current;
}

/** ordinal(to) − ordinal(from), counted day by day. */
function workingDaysAfter(calendar: WorkingCalendar, from: string, to: string): number {
  if (from > to) return -workingDaysAfter(calendar, to, from);
  let days = 0;
  for (let current = from; current < to;) {
    current = chinaDayOf(endOfDayMs(current));
    if (calendar.isWorkingDay(current)) days++;
  }
  return days;
}

export function deadlineOf(
  scope: ScopeView,
  calendar: WorkingCalendar,
  start: OracleRecord,
  deadline: Deadline,
  course: Course,
): CountedDeadline {
  const none: CountedDeadline = { deadlineMs: null, moving: [] };
  const details = deadline.details === undefined ? start : scope.existing(deadline.details).at(-1);
  const detail = (name: string): FieldValue => (details ? field(details, name) : null);
  const written = deadline.from === undefined ? start.atMs : field(start, deadline.from);
  const fromValue = written === null && deadline.orAt ? start.atMs : written;
  if (fromValue === null) return none;
  const startDay = typeof fromValue === 'number' ? chinaDayOf(fromValue) : String(fromValue);
  const n = (limit: NonNullable<Deadline['workingDays']>): number | null => {
    if (typeof limit === 'number') return limit;
    const dayValue = limit.day === undefined || limit.day === 'start' ? null : detail(limit.day);
    const day =
      limit.day === 'start'
        ? startDay
        : typeof dayValue === 'number'
          ? chinaDayOf(dayValue)
          : dayValue === null
            ? null
            : String(dayValue);
    return parameterValue(scope.view.rule.parameters[limit.parameter], {
      region: limit.region === undefined ? null : detail(limit.region),
      day,
      when: detail,
    });
  };
  const plain = (added: Added): number | null => {
    if (deadline.field !== undefined) {
      const value = detail(deadline.field);
      return value === null ? null : typeof value === 'number' ? value : endOfDayMs(String(value));
    }
    if (deadline.workingDays !== undefined) {
      const days = n(deadline.workingDays);
      return days === null ? null : endOfDayMs(nthWorkingDayAfter(calendar, startDay, days + added.workingDays));
    }
    if (deadline.calendarDays !== undefined) {
      const days = n(deadline.calendarDays);
      return days === null ? null : endOfDayMs(startDay) + (days + added.calendarDays) * DAY_MS;
    }
    if (deadline.workingHours !== undefined) {
      const hours = n(deadline.workingHours);
      const wantedMs = hours === null ? null : hours * HOUR_MS + added.officeMs;
      return wantedMs === null ? null : afterOfficeTime(calendar, sessionsOf(deadline), start.atMs, wantedMs);
    }
    const hours = n(deadline.hours ?? 0);
    return hours === null ? null : start.atMs + hours * HOUR_MS + added.elapsedMs;
  };
  return fold(scope, calendar, start, deadline, course, plain);
}

interface Added {
  workingDays: number;
  calendarDays: number;
  elapsedMs: number;
  officeMs: number;
}

/** Pauses and extensions in order, each by the letter of the language. */
function fold(
  scope: ScopeView,
  calendar: WorkingCalendar,
  start: OracleRecord,
  deadline: Deadline,
  course: Course,
  plain: (added: Added) => number | null,
): CountedDeadline {
  const added: Added = { workingDays: 0, calendarDays: 0, elapsedMs: 0, officeMs: 0 };
  let deadlineMs = plain(added);
  if (deadlineMs === null) return { deadlineMs: null, moving: [] };
  let extendedMs = Number.NEGATIVE_INFINITY;
  let pausedBy: OracleRecord | null = null;
  const steps = [course.pauses?.of, course.pauses?.until, course.extensions?.of]
    .filter((input) => input !== undefined)
    .flatMap((input) => scope.existing(input).map((record) => ({ input, record })))
    .filter(({ record }) => before(start, record))
    .sort((a, b) => (before(a.record, b.record) ? -1 : before(b.record, a.record) ? 1 : 0));
  const moving = steps.map(({ input, record }) => ({ role: input, record }));
  for (const { input, record } of steps) {
    if (input === course.extensions?.of) {
      const to = field(record, course.extensions.to);
      if (typeof to !== 'number' || (pausedBy === null && !isInTime(deadline, record.atMs, deadlineMs))) continue;
      extendedMs = Math.max(extendedMs, to);
      deadlineMs = Math.max(deadlineMs, to);
    } else if (input === course.pauses?.of) {
      if (pausedBy !== null || !isInTime(deadline, record.atMs, deadlineMs)) continue;
      pausedBy = record;
    } else if (pausedBy !== null) {
      const [from, to] = [chinaDayOf(pausedBy.atMs), chinaDayOf(record.atMs)];
      added.workingDays += workingDaysAfter(calendar, from, to);
      added.calendarDays += (startOfChinaDayMs(to) - startOfChinaDayMs(from)) / DAY_MS;
      added.elapsedMs += record.atMs - pausedBy.atMs;
      added.officeMs += officeTimeBetween(calendar, sessionsOf(deadline), pausedBy.atMs, record.atMs);
      deadlineMs = Math.max(plain(added) ?? deadlineMs, extendedMs);
      pausedBy = null;
    }
  }
  return { deadlineMs: pausedBy === null ? deadlineMs : null, moving };
}
