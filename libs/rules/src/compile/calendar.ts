import { CALENDAR_TABLE } from '@tianyan/calendar';
import { HOUR_MS } from '@tianyan/kernel';

const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 28_800_000;

/** Later than every instant a record may carry: a deadline that does not exist. */
export const NEVER_MS = 9_000_000_000_000_000;

/** Numbers below 65,536 as one text of two bytes each. */
function packedSql(numbers: string): string {
  return `arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), ${numbers}))`;
}

/**
 * The calendar as constants of the query: number of the first day, ordinal of each day, ordinal of the first working day,
 * and the working days as numbers of days after the first. Two look-ups then answer any question about working days; a
 * join of the calendar for every start of every scope would not. The numbers are packed: ClickHouse copies and hashes
 * constants again for every lambda around them, and arrays of 50 years cost it more than all the rest of the query.
 */
export const CALENDAR_SQL = `(
  SELECT (
    throwIf(count() = 0 OR count() != max(number) - min(number) + 1 OR count() > 65535, 'calendar: days are missing') + min(number),
    ${packedSql('groupArray(ordinal)')},
    minIf(ordinal, working = 1),
    ${packedSql('arrayMap(n -> n - min(number), groupArrayIf(number, working = 1))')}
  )
  FROM (SELECT toInt64(toInt32(day)) AS number, working, toInt64(ordinal) AS ordinal FROM ${CALENDAR_TABLE} FINAL ORDER BY day)
) AS calendar`;

/** The i-th number of a packed text, from 1; 0 outside of it. */
function unpackedSql(packed: string, index: string): string {
  return `toInt64(reinterpretAsUInt16(substring(${packed}, 2 * (${index}) - 1, 2)))`;
}

/** As above; a day outside is an error: 0 would silently move a deadline by decades. */
function inside(packed: string, index: string): string {
  const outside = `(${index}) < 1 OR (${index}) > intDiv(length(${packed}), 2)`;
  return unpackedSql(packed, `${index} + throwIf(${outside}, 'calendar: day outside')`);
}

/** Number of working days up to and including the day. */
export function ordinalSql(dayNumber: string): string {
  return inside('calendar.2', `${dayNumber} - calendar.1 + 1`);
}

/** Number since 1970-01-01 of a day written YYYY-MM-DD. */
export function dayNumberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** SQL for the number of the China day of an instant. */
export function dayNumberSql(atMs: string): string {
  return `intDiv(${atMs} + ${CHINA_OFFSET_MS}, ${DAY_MS})`;
}

/** SQL for the hour in China, 0 to 23, of an instant. */
export function hourOfDaySql(atMs: string): string {
  return `(intDiv(${atMs} + ${CHINA_OFFSET_MS}, ${HOUR_MS}) % 24)`;
}

/** 0:00 of a day. */
export function startOfDaySql(dayNumber: string): string {
  return `(${dayNumber}) * ${DAY_MS} - ${CHINA_OFFSET_MS}`;
}

/** 24:00 of a day. */
export function endOfDaySql(dayNumber: string): string {
  return `((${dayNumber}) + 1) * ${DAY_MS} - ${CHINA_OFFSET_MS}`;
}

/** 24:00 of the n-th working day (n >= 1) after a day, given the ordinal of that day. */
export function endOfNthWorkingDaySql(ordinal: string, n: string): string {
  return endOfDaySql(`calendar.1 + ${inside('calendar.4', `${ordinal} + ${n} - calendar.3 + 1`)}`);
}

/** The same without the check that the calendar reaches so far. */
export function uncheckedEndOfNthWorkingDaySql(ordinal: string, n: string): string {
  return endOfDaySql(`calendar.1 + ${unpackedSql('calendar.4', `${ordinal} + ${n} - calendar.3 + 1`)}`);
}

/** The i-th number of a packed text; missing outside of it. */
function knownSql(packed: string, index: string): string {
  return `if((${index}) BETWEEN 1 AND intDiv(length(${packed}), 2), ${unpackedSql(packed, index)}, NULL)`;
}

/**
 * The day so many working days later, or earlier; the day itself of 0. Missing where a side is missing, it would be more than `most` either way,
 * or it lies outside of the calendar: what stands in one record must not stop the comparison of all the others, as a deadline's day does.
 */
export function workingDaysLaterSql(day: string, days: string, most: number | string): string {
  const back = `(${days} < 0)`;
  const ordinal = knownSql('calendar.2', `${day} - ${back} - calendar.1 + 1`);
  const later = `calendar.1 + ${knownSql('calendar.4', `${ordinal} + ${days} + ${back} - calendar.3 + 1`)}`;
  const isKnown = `${day} BETWEEN calendar.1 AND calendar.1 + intDiv(length(calendar.2), 2) - 1`;
  return `if(${days} BETWEEN -${most} AND ${most} AND ${isKnown}, if(${days} = 0, toInt64(${day}), ${later}), NULL)`;
}

/** The same time of day so many working days later; see {@link workingDaysLaterSql}. */
export function sameTimeLaterSql(atMs: string, days: string, most: number | string): string {
  const day = dayNumberSql(atMs);
  return `(${atMs} + (${workingDaysLaterSql(day, days, most)} - ${day}) * ${DAY_MS})`;
}

/** A query that may ask for working days, with the calendar where it does. */
export function withCalendar(sql: string): string {
  return asksCalendar(sql) ? `WITH ${CALENDAR_SQL}\n${sql}` : sql;
}

export function asksCalendar(sql: string): boolean {
  return sql.includes('calendar.');
}

/** Number of the working day with an ordinal. */
export function workingDaySql(ordinal: string): string {
  return `calendar.1 + ${inside('calendar.4', `${ordinal} - calendar.3 + 1`)}`;
}

/** The same without the check that the calendar reaches so far. */
export function unpackedWorkingDaySql(ordinal: string): string {
  return `calendar.1 + ${unpackedSql('calendar.4', `${ordinal} - calendar.3 + 1`)}`;
}
