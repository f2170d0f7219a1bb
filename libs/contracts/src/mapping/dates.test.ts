import { expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import fc from 'fast-check';
import { dateReader, zoneOf } from './dates.js';

const digits = (value: number, width: number) => String(value).padStart(width, '0');
/** Also what no calendar has: hours 24, days 31 in every month, offsets of a day. */
const written = fc
  .record({
    year: fc.oneof(fc.integer({ min: 1990, max: 2100 }), fc.integer({ min: 0, max: 9999 })),
    month: fc.integer({ min: 0, max: 13 }),
    day: fc.integer({ min: 0, max: 32 }),
    hour: fc.integer({ min: 0, max: 25 }),
    minute: fc.integer({ min: 0, max: 61 }),
    second: fc.integer({ min: 0, max: 61 }),
    fraction: fc.option(fc.stringMatching(/^\d{1,9}$/)),
    offset: fc.option(fc.oneof(fc.constant('Z'), fc.stringMatching(/^[+-][0-2]\d:[0-6]\d$/))),
    separator: fc.constantFrom('T', 'T', 'T', ' '),
  })
  .map(({ year, month, day, hour, minute, second, fraction, offset, separator }) => {
    const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
    const time = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
    return `${date}${separator}${time}${fraction === null ? '' : `.${fraction}`}${offset ?? ''}`;
  });

test.each(['Asia/Shanghai', 'UTC', 'Europe/Berlin'])('instants are read as Luxon reads them, in %s', (zone) => {
  const iso = dateReader(['iso'], zoneOf(zone));
  const sql = dateReader(['sql'], zoneOf(zone));
  const read = (reader: typeof iso, value: string) => {
    try {
      const date = reader(value);
      return [date.toMillis(), date.toISODate()];
    } catch {
      return null;
    }
  };
  const byLuxon = (date: DateTime) => (date.isValid ? [date.toMillis(), date.toISODate()] : null);
  fc.assert(
    fc.property(written, (value) => {
      expect(read(iso, value)).toEqual(byLuxon(DateTime.fromISO(value, { zone: zoneOf(zone) })));
      expect(read(sql, value)).toEqual(byLuxon(DateTime.fromSQL(value, { zone: zoneOf(zone) })));
    }),
    { numRuns: 2_000 },
  );
});

test('most of what the property asks is ordinary enough to be read', () => {
  const reader = dateReader(['iso'], zoneOf('UTC'));
  expect(reader('2024-02-29T23:59:59.5+08:00').toMillis()).toBe(Date.UTC(2024, 1, 29, 15, 59, 59, 500));
  expect(() => reader('2023-02-29T23:59:59Z')).toThrow();
});
