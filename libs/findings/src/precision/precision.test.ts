import { expect, test } from '@jest/globals';
import { precisionOf, wilsonInterval } from './precision.js';

const none = { confirmed: 0, unfounded: 0, permitted: 0, dataErrors: 0, unclassed: 0 };
const percent = ({ low, high }: { low: number; high: number }) => [low, high].map((share) => Math.round(share * 1_000) / 10);

test.each([
  // Published values of the score interval.
  [3, 20, [5.2, 36]],
  [0, 10, [0, 27.8]],
  [10, 10, [72.2, 100]],
  [81, 263, [25.5, 36.6]],
])('%d of %d', (confirmed, checked, bounds) => expect(percent(wilsonInterval(confirmed, checked))).toEqual(bounds));

test('permitted ones count as not confirmed, wrong data as nothing, and what was dismissed without a class as not confirmed', () => {
  const precision = precisionOf({ confirmed: 3, unfounded: 10, permitted: 4, dataErrors: 7, unclassed: 3 });
  expect(precision).toMatchObject({ checked: 20, confirmed: 3, permitted: 4, dataErrors: 7, share: { value: 0.15 } });
});

test('nothing checked is no share', () => expect(precisionOf({ ...none, dataErrors: 2 }).share).toBeNull());
