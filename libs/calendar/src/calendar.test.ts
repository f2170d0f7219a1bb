import { describe, expect, it } from '@jest/globals';
import { DAY_MS, startOfChinaDayMs } from '@tianyan/kernel';
import fc from 'fast-check';
import { builtInHolidays, calendarLines, parseHolidays, WorkingCalendar } from './index.js';

const calendar = new WorkingCalendar(builtInHolidays());
const at = (text: string) => Date.parse(text);
const endOf = (day: string) => startOfChinaDayMs(day) + DAY_MS;

describe('working days of 2025 and 2026', () => {
  it.each([
    ['5 working days over Spring Festival, the worked Saturday counts', '2026-02-13T09:00:00+08:00', 5, '2026-02-27'],
    ['3 working days over Mid-Autumn', '2026-09-24T09:00:00+08:00', 3, '2026-09-30'],
    ['3 working days over National Day, the worked Saturday counts', '2026-09-30T09:00:00+08:00', 3, '2026-10-10'],
    ['the last millisecond of a day belongs to it', '2026-03-02T23:59:59.999+08:00', 1, '2026-03-03'],
    ['00:00 belongs to the new day', '2026-03-03T00:00:00.000+08:00', 1, '2026-03-04'],
    ['from a day off the next working day is the first', '2025-10-04T12:00:00+08:00', 1, '2025-10-09'],
    ['none: the day itself', '2025-10-04T12:00:00+08:00', 0, '2025-10-04'],
  ])('%s', (_name, from, days, expected) => {
    expect(calendar.addWorkingDays(at(from), days)).toBe(endOf(expected));
  });

  it('knows make-up days and holidays', () => {
    expect(calendar.isWorkingDay('2025-01-26')).toBe(true);
    expect(calendar.isWorkingDay('2025-10-08')).toBe(false);
    expect(calendar.isWorkingDay('2026-02-28')).toBe(true);
    expect(calendar.isWorkingDay('2026-06-19')).toBe(false);
    expect(calendar.workingDaysBetween(at('2026-02-13T09:00:00+08:00'), at('2026-02-24T09:00:00+08:00'))).toBe(2);
    // Published working days of the two years.
    expect(calendar.ordinal('2025-12-31') - calendar.ordinal('2024-12-31')).toBe(248);
    expect(calendar.ordinal('2026-12-31') - calendar.ordinal('2025-12-31')).toBe(248);
  });
});

describe('unknown years', () => {
  it('counts weekends only, and says so', () => {
    expect(calendar.isWorkingDay('2015-10-01')).toBe(true);
    expect(calendar.isWorkingDay('2015-10-03')).toBe(false);
    expect(calendar.warnings(at('2026-11-30T12:00:00+08:00'))).toEqual([]);
    expect(calendar.warnings(at('2026-12-01T12:00:00+08:00'))).toEqual([expect.stringContaining('2027')]);
    expect(calendar.warnings(at('2027-06-01T12:00:00+08:00'))).toEqual([expect.stringContaining('2027')]);
  });

  it('refuses days outside the calendar instead of guessing', () => {
    expect(() => calendar.ordinal('1989-12-31')).toThrow(RangeError);
    expect(() => calendar.addWorkingDays(at('2040-12-31T12:00:00+08:00'), 1)).toThrow(RangeError);
  });
});

describe('properties', () => {
  it('addWorkingDays agrees with stepping from day to day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-06-01T00:00:00+08:00'), max: at('2027-06-01T00:00:00+08:00') }),
        fc.integer({ min: 1, max: 30 }),
        (fromMs, days) => {
          let left = days;
          let endMs = Math.floor((fromMs + 8 * 3_600_000) / DAY_MS) * DAY_MS - 8 * 3_600_000 + DAY_MS;
          while (left > 0) {
            if (calendar.isWorkingDay(new Date(endMs + 8 * 3_600_000).toISOString().slice(0, 10))) left--;
            endMs += DAY_MS;
          }
          expect(calendar.addWorkingDays(fromMs, days)).toBe(endMs);
        },
      ),
    );
  });
});

describe('data', () => {
  it('refuses a day under the wrong year, a day both off and worked, and a year given twice', () => {
    const year = (off: string, work: string) => `{ year: 2027, notice: 通知全文, off: ['${off}'], work: ['${work}'] }`;
    expect(() => parseHolidays(`years: [${year('2026-01-01', '2027-01-02')}]`)).toThrow(/2026-01-01/);
    expect(() => parseHolidays(`years: [${year('2027-01-02', '2027-01-02')}]`)).toThrow(/both/);
    expect(() => parseHolidays(`years: [${year('2027-01-01', '2027-01-02')}, ${year('2027-01-01', '2027-01-02')}]`)).toThrow(
      /twice/,
    );
  });

  it('gives the reference rows: every day once, ordinals without a gap', () => {
    const rows = calendarLines(calendar, 7).map(
      (line) => JSON.parse(line) as { day: string; working: number; ordinal: number; version: number },
    );
    expect(rows[0]).toEqual({ day: '1990-01-01', working: 1, ordinal: 1, version: 7 });
    expect(rows.at(-1)?.day).toBe('2040-12-31');
    for (const [index, row] of rows.entries()) expect(row.ordinal - (rows[index - 1]?.ordinal ?? 0)).toBe(row.working);
  });
});
