import {
  dayNumberSql,
  NEVER_MS,
  ordinalSql,
  startOfDaySql,
  unpackedWorkingDaySql,
  workingDaySql,
} from '../../compile/calendar.js';
import { OutsideCalendarError, type CalendarDays } from '../calendar-days.js';
import { operator, type Expr } from '../expr.js';
import { calendar, dayNumber, startOfDayMs } from './days.js';
import { exact } from './values.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 28_800_000;

/** Times of a working day at which an office is open, in milliseconds after 0:00: in order, none empty, none touching another. */
export type OfficeHours = readonly { fromMs: number; toMs: number }[];

const lengthOf = (hours: OfficeHours) => hours.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

/** Time open until so long after 0:00 of a working day. */
const openedMs = (hours: OfficeHours, timeMs: number) =>
  hours.reduce((sum, { fromMs, toMs }) => sum + Math.min(Math.max(timeMs - fromMs, 0), toMs - fromMs), 0);

function openedSql(hours: OfficeHours, timeMs: string): string {
  return hours.map(({ fromMs, toMs }) => `least(greatest(${timeMs} - ${fromMs}, 0), ${toMs - fromMs})`).join(' + ');
}

/** The earliest time of a working day until which an office was open so long, which is more than 0 and at most {@link lengthOf}. */
function timeAfterMs(hours: OfficeHours, openMs: number): number {
  let left = openMs;
  for (const { fromMs, toMs } of hours) {
    if (left <= toMs - fromMs) return fromMs + left;
    left -= toMs - fromMs;
  }
  throw new RangeError(`offices are not open so long a day: ${openMs}`);
}

function timeAfterSql(hours: OfficeHours, openMs: string): string {
  let before = 0;
  const branches = hours.map(({ fromMs, toMs }, i) => {
    const time = `${fromMs - before} + ${openMs}`;
    before += toMs - fromMs;
    return i === hours.length - 1 ? time : `${openMs} <= ${before}, ${time}`;
  });
  return branches.length === 1 ? branches.join('') : `multiIf(${branches.join(', ')})`;
}

/** How long offices were open from the beginning of the calendar to the instant. */
function officeTimeMs(hours: OfficeHours, days: CalendarDays, atMs: number): number {
  const day = dayNumber(atMs);
  const ordinal = days.ordinal(day);
  const today = days.dayOf(ordinal) === day;
  return exact((today ? ordinal - 1 : ordinal) * lengthOf(hours) + (today ? openedMs(hours, atMs - startOfDayMs(day)) : 0));
}

function officeTimeSql(hours: OfficeHours, atMs: string): string {
  const today = `(o >= calendar.3 AND ${unpackedWorkingDaySql('o')} = y)`;
  const opened = openedSql(hours, `(t + ${CHINA_OFFSET_MS}) % ${DAY_MS}`);
  const time = `if(${today}, (o - 1) * ${lengthOf(hours)} + ${opened}, o * ${lengthOf(hours)})`;
  return `arrayMap((t, y) -> arrayMap(o -> toInt64(${time}), [${ordinalSql('y')}])[1], [toInt64(${atMs})], [toInt64(${dayNumberSql(atMs)})])[1]`;
}

/**
 * The earliest instant, not before the start, at which offices have been open `openMs` more than `officeMs`, which was until the start.
 * @param isChecked else a day outside of the calendar is its first
 * @throws OutsideCalendarError
 */
export function officeDueMs(
  hours: OfficeHours,
  days: CalendarDays,
  start: { atMs: number; officeMs: number },
  openMs: number,
  isChecked: boolean,
): number {
  if (isChecked && openMs === 0) return start.atMs;
  const [target, length] = [start.officeMs + (isChecked ? Math.max(openMs, 1) : openMs), lengthOf(hours)];
  const day = days.dayOf(Math.trunc((target + length - 1) / length));
  if (day === null && isChecked) throw new OutsideCalendarError('calendar: day outside');
  const restMs = Math.max(((target - 1) % length) + 1, 1);
  return Math.max(start.atMs, startOfDayMs(day ?? days.firstDay) + timeAfterMs(hours, restMs));
}

/** The same as SQL. */
export function officeDueSql(
  hours: OfficeHours,
  start: { atMs: string; officeMs: string },
  openMs: string,
  isChecked: boolean,
): string {
  const length = lengthOf(hours);
  const ordinal = `intDiv(t + ${length - 1}, ${length})`;
  const day = isChecked ? workingDaySql(ordinal) : unpackedWorkingDaySql(ordinal);
  const rest = `greatest((t - 1) % ${length} + 1, 1)`;
  const due = `greatest(${start.atMs}, ${startOfDaySql(day)} + arrayMap(u -> ${timeAfterSql(hours, 'u')}, [toInt64(${rest})])[1])`;
  const target = `${start.officeMs} + ${isChecked ? `greatest(${openMs}, 1)` : openMs}`;
  const reached = `arrayMap(t -> toInt64(${due}), [toInt64(${target})])[1]`;
  return isChecked ? `if(${openMs} = 0, toInt64(${start.atMs}), ${reached})` : reached;
}

interface Operators {
  time: (days: Expr<CalendarDays>, atMs: Expr<number>) => Expr<number>;
  due: (days: Expr<CalendarDays>, n: Expr<number>, atMs: Expr<number>, officeMs: Expr<number>) => Expr<number>;
}

const known = new Map<string, Operators>();

/** One pair of operators for each set of hours, so that rules with the same share what is computed. */
function operatorsOf(hours: OfficeHours): Operators {
  const key = JSON.stringify(hours);
  let made = known.get(key);
  if (!made) {
    made = {
      time: operator({
        name: 'officeTime',
        sql: (_calendar, atMs) => officeTimeSql(hours, atMs),
        run: (days: CalendarDays, atMs: number) => officeTimeMs(hours, days, atMs),
      }),
      due: operator({
        name: 'officeDeadline',
        sql: (_calendar, n, atMs, officeMs) =>
          `if(${n} < 0, ${NEVER_MS}, ${officeDueSql(hours, { atMs, officeMs }, `(greatest(${n}, 0) * ${HOUR_MS})`, true)})`,
        run: (days: CalendarDays, n: number, atMs: number, officeMs: number) =>
          n < 0 ? NEVER_MS : officeDueMs(hours, days, { atMs, officeMs }, n * HOUR_MS, true),
      }),
    };
    known.set(key, made);
  }
  return made;
}

/** How long offices were open from the beginning of the calendar to the instant: differences of it are office time. */
export function officeTime(hours: OfficeHours, atMs: Expr<number>): Expr<number> {
  return operatorsOf(hours).time(calendar, atMs);
}

/** Where a deadline of n office hours stands, given {@link officeTime} of its start; of a negative n there is none. */
export function officeDeadline(
  hours: OfficeHours,
  n: Expr<number>,
  start: { atMs: Expr<number>; officeMs: Expr<number> },
): Expr<number> {
  return operatorsOf(hours).due(calendar, n, start.atMs, start.officeMs);
}
