import type { WorkingCalendar } from './working-calendar.js';

/** The calendar as rules see it in ClickHouse. Read with FINAL; the newest version of a day wins. */
export const CALENDAR_TABLE = 'ref_calendar_day';

/** The table as the warehouse takes it (`referenceTableSql`). */
export const CALENDAR_TABLE_PARTS = {
  name: CALENDAR_TABLE,
  columns: 'day Date32, working UInt8, ordinal Int32, version UInt64',
  engine: 'ReplacingMergeTree(version)',
  orderBy: 'day',
};

/**
 * The rows of the table as JSONEachRow lines. A changed calendar is written whole, with a greater version: ordinals of all
 * later days move with one holiday. The rules that count working days are to be swept afterwards.
 */
export function calendarLines(calendar: WorkingCalendar, version: number): string[] {
  return calendar.days().map(({ day, working, ordinal }) => JSON.stringify({ day, working: working ? 1 : 0, ordinal, version }));
}
