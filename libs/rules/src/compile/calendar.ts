import { CALENDAR_TABLE } from '@tianyan/calendar';

const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 28_800_000;

/** Later than every instant a record may carry: a deadline that does not exist. */
export const NEVER_MS = 9_000_000_000_000_000;

/**
 * The calendar as constants of the query: number of the first day, ordinal of each day, ordinal of the first working day,
 * and the numbers of the working days. Two array look-ups then answer any question about working days; a join of the
 * calendar for every start of every scope would not.
 */
export const CALENDAR_SQL = `(
  SELECT (
    throwIf(count() = 0 OR count() != max(number) - min(number) + 1, 'calendar: days are missing') + min(number),
    groupArray(ordinal),
    minIf(ordinal, working = 1),
    groupArrayIf(number, working = 1)
  )
  FROM (SELECT toInt64(toInt32(day)) AS number, working, toInt64(ordinal) AS ordinal FROM ${CALENDAR_TABLE} FINAL ORDER BY day)
) AS calendar`;

/** Element of a calendar array. A day outside is an error: 0 would silently move a deadline by decades. */
function inside(array: string, index: string): string {
  return `${array}[(${index}) + throwIf((${index}) < 1 OR (${index}) > length(${array}), 'calendar: day outside')]`;
}

/** Number of working days up to and including the day. */
export function ordinalSql(dayNumber: string): string {
  return inside('calendar.2', `${dayNumber} - calendar.1 + 1`);
}

/** 24:00 of a day. */
export function endOfDaySql(dayNumber: string): string {
  return `((${dayNumber}) + 1) * ${DAY_MS} - ${CHINA_OFFSET_MS}`;
}

/** 24:00 of the n-th working day (n >= 1) after a day, given the ordinal of that day. */
export function endOfNthWorkingDaySql(ordinal: string, n: string): string {
  return endOfDaySql(inside('calendar.4', `${ordinal} + ${n} - calendar.3 + 1`));
}
