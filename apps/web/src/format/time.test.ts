import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  chartDayText,
  chinaDay,
  dayText,
  DAY_MS,
  instantText,
  lengthText,
  secondText,
  shortInstantText,
  startOfChinaDayMs,
} from './time.js';

/** 2026-03-05 00:00:08 in China, the evening before in London. */
const AT_MS = Date.UTC(2026, 2, 4, 16, 0, 8);

test('instants are those of China, wherever the browser stands', () => {
  expect(instantText(AT_MS)).toBe('2026年3月5日 00:00');
  expect(secondText(AT_MS)).toBe('2026年3月5日 00:00:08');
  expect(shortInstantText(AT_MS - 9_000)).toBe('3月4日 23:59');
  expect(dayText(AT_MS)).toBe('2026年3月5日 周四');
  expect(chartDayText('2026-03-05')).toBe('3月5日');
});

test('the day of an instant begins at most a day before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2100, 0, 1) }), (atMs) => {
      const startMs = startOfChinaDayMs(chinaDay(atMs));
      expect(atMs - startMs).toBeGreaterThanOrEqual(0);
      expect(atMs - startMs).toBeLessThan(DAY_MS);
      expect(chinaDay(startMs)).toBe(chinaDay(atMs));
      expect(chinaDay(startMs - 1)).not.toBe(chinaDay(atMs));
    }),
  );
});

test.each([
  [0, '不到 0.1 秒'],
  [99, '不到 0.1 秒'],
  [800, '0.8 秒'],
  [1_000, '1 秒'],
  [61_000, '1 分钟 1 秒'],
  [720_000, '12 分钟'],
  [3 * DAY_MS + 4 * 3_600_000 + 59_000, '3 天 4 小时'],
  [DAY_MS + 59_000, '1 天'],
  [59_999, '59 秒'],
])('%d ms are %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text);
});
