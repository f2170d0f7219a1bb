import type { WorkingCalendar } from './working-calendar.js';

/** The calendar as rules see it in ClickHouse. Read with FINAL; the newest version of a day wins. */
export const CALENDAR_TABLE = 'ref_calendar_day';

export const CALENDAR_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${CALENDAR_TABLE}
(
  day Date32,
  working UInt8,
  ordinal Int32,
  version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY day`;

/**
 * The rows of the table as JSONEachRow lines. A changed calendar is written whole, with a greater version: ordinals of all
 * later days move with one holiday. The rules that count working days are to be swept afterwards.
 */
export function calendarLines(calendar: WorkingCalendar, version: number): string[] {
  return calendar.days().map(({ day, working, ordinal }) => JSON.stringify({ day, working: working ? 1 : 0, ordinal, version }));
}
