import { expect, test } from '@jest/globals';
import { heatOf, rectifiedOf, weeksOf } from './screen-figures.js';

test('none is cold, one is not, the most is hottest', () => {
  expect([0, 1, 25, 26, 100].map((count) => heatOf(count, 100))).toEqual([0, 1, 1, 2, 4]);
});

test('weeks end today, and each has seven days', () => {
  const perDay = Array.from({ length: 30 }, (_, i) => ({
    day: `2026-06-${String(i + 1).padStart(2, '0')}`,
    occurred: i + 1,
    opened: 0,
    openedByFirstLook: 0,
    withdrawn: 0,
  }));
  const weeks = weeksOf(perDay);
  expect(weeks.map(({ from }) => from)).toEqual(['2026-06-03', '2026-06-10', '2026-06-17', '2026-06-24']);
  expect(weeks.at(-1)?.occurred).toBe(24 + 25 + 26 + 27 + 28 + 29 + 30);
  expect(weeksOf(perDay.slice(0, 6))).toEqual([]);
});

test('what was merged or cancelled is nobody’s to put right', () => {
  const byState = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([key, count]) => ({ key: key as 'closed', label: key, count })); // the states of these counts
  const counts = { total: 10, soon: 0, overdue: 0, byState: byState({ closed: 3, merged: 1, cancelled: 3, verifying: 3 }) };
  expect(rectifiedOf(counts)).toBe(0.5);
  expect(rectifiedOf({ ...counts, total: 4, byState: byState({ merged: 1, cancelled: 3 }) })).toBeNull();
});
