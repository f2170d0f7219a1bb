import { expect, test } from '@jest/globals';
import { HOUR_MS } from '@tianyan/kernel';
import { builtInHolidays, officeTimeBefore, WorkingCalendar } from './index.js';

const calendar = new WorkingCalendar(builtInHolidays());
const SESSIONS = [
  { fromMs: 8.5 * HOUR_MS, toMs: 12 * HOUR_MS },
  { fromMs: 14 * HOUR_MS, toMs: 17.5 * HOUR_MS },
];
const at = (text: string) => Date.parse(`${text}:00+08:00`);
const before = (text: string, hours: number) => officeTimeBefore(calendar, SESSIONS, at(text), hours * HOUR_MS);

test.each([
  ['within a session', '2026-07-01T11:00', 1, '2026-07-01T10:00'],
  ['over the noon break', '2026-07-01T15:00', 2, '2026-07-01T11:00'],
  ['over a night', '2026-07-01T09:30', 2, '2026-06-30T16:30'],
  ['after closing', '2026-07-01T22:00', 1, '2026-07-01T16:30'],
  ['before opening', '2026-07-01T06:00', 1, '2026-06-30T16:30'],
  ['over a weekend: Monday morning back to Friday', '2026-06-29T09:30', 2, '2026-06-26T16:30'],
  ['the whole of a session ends at its opening', '2026-07-01T12:00', 3.5, '2026-07-01T08:30'],
  ['over the National Day holiday', '2026-10-08T09:30', 2, '2026-09-30T16:30'],
])('%s', (_name, now, hours, expected) => {
  expect(before(now, hours)).toBe(at(expected));
});

test('offices that never open have no such instant', () => {
  expect(() => officeTimeBefore(calendar, [], at('2026-07-01T09:00'), 1)).toThrow(RangeError);
});
