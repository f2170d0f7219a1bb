import { CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, type WorkingCalendar } from '@tianyan/calendar';
import { sha256Hex } from '@tianyan/kernel';
import { ensureReferenceTable, readRows, type WarehouseAdmin } from '@tianyan/warehouse';
import { z } from 'zod';

const daySchema = z.object({ day: z.string(), working: z.number(), ordinal: z.number(), version: z.number() });

/**
 * Puts the calendar where the rules read it. Written whole when a day differs, above the versions that are there: of two
 * rows of one day the greater version counts, whichever program or file wrote it. To be called by one process at a time.
 * Returns whether anything was written.
 */
export async function writeCalendar(warehouse: WarehouseAdmin, calendar: WorkingCalendar): Promise<boolean> {
  await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
  const stored = await readRows(warehouse, daySchema, {
    sql: `SELECT toString(day) AS day, toInt32(working) AS working, ordinal, toFloat64(version) AS version FROM ${CALENDAR_TABLE} FINAL ORDER BY day`,
    params: {},
  });
  const wanted = calendar.days();
  const differs = (row: (typeof wanted)[number], index: number) => {
    const known = stored[index];
    return known?.day !== row.day || known.working !== Number(row.working) || known.ordinal !== row.ordinal;
  };
  if (stored.length === wanted.length && !wanted.some(differs)) return false;
  const version = Math.max(0, ...stored.map((row) => row.version)) + 1;
  const lines = calendarLines(calendar, version);
  await warehouse.insertLines(CALENDAR_TABLE, lines, `calendar-${version}-${sha256Hex(lines.join('\n'))}`);
  return true;
}
