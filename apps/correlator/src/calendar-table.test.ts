import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInHolidays, CALENDAR_TABLE, parseHolidays, withHolidays, WorkingCalendar } from '@tianyan/calendar';
import { openEmbeddedWarehouse, type OpenWarehouse, readRows } from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeCalendar } from './calendar-table.js';

const NEXT_YEAR = `years: [{ year: 2027, notice: 通知全文, document: 国办发明电〔2026〕9号, off: [2027-01-01..2027-01-03], work: [2026-12-27] }]`;
const shipped = new WorkingCalendar(builtInHolidays());
const withNextYear = new WorkingCalendar(withHolidays(builtInHolidays(), parseHolidays(NEXT_YEAR)));

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-calendar-'));
  warehouse = await openEmbeddedWarehouse({ directory });
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

async function working(days: readonly string[]): Promise<number[]> {
  const rows = await readRows(warehouse, z.object({ working: z.number() }), {
    sql: `SELECT toInt32(working) AS working FROM ${CALENDAR_TABLE} FINAL WHERE toString(day) IN (SELECT arrayJoin({days:Array(String)})) ORDER BY day`,
    params: { days },
  });
  return rows.map((row) => row.working);
}

test('a calendar that changes takes the place of the one before, and so does the one before after it', async () => {
  const days = ['2026-12-27', '2027-01-01'];
  expect(await writeCalendar(warehouse, shipped)).toBe(true);
  expect(await working(days)).toEqual([0, 1]);
  expect(await writeCalendar(warehouse, shipped)).toBe(false);

  expect(await writeCalendar(warehouse, withNextYear)).toBe(true);
  expect(await working(days)).toEqual([1, 0]);
  expect(await writeCalendar(warehouse, withNextYear)).toBe(false);

  expect(await writeCalendar(warehouse, shipped)).toBe(true);
  expect(await working(days)).toEqual([0, 1]);
});
