import { expect, test } from '@jest/globals';
import type { Sweep } from '@tianyan/console-app/api';
import { HOUR_MS } from '@tianyan/kernel';
import { isDayFor, LONGEST_DAY_MS, ranBeside } from './sweeps-beside.js';

type SweepState = Pick<Sweep, 'id' | 'state'>;

test('a sweep that began meanwhile ran beside it, and so did one that had begun before', () => {
  const before: SweepState[] = [
    { id: '2', state: 'running' },
    { id: '1', state: 'done' },
  ];
  const after: SweepState[] = [
    { id: '3', state: 'failed' },
    { id: '2', state: 'done' },
    { id: '1', state: 'done' },
  ];
  expect(ranBeside(before, after).map(({ id }) => id)).toEqual(['3', '2']);
  expect(ranBeside(after, after)).toEqual([]);
});

test('what is measured by day ends before the next night begins', () => {
  const midnightMs = Date.UTC(2026, 6, 1) - 8 * HOUR_MS;
  const at = (hour: number) => midnightMs + hour * HOUR_MS;
  expect([3.9, 4, 20.9, 21.1].map((hour) => isDayFor(at(hour), 5 * HOUR_MS))).toEqual([false, true, true, false]);
  expect(isDayFor(at(4), LONGEST_DAY_MS)).toBe(true);
  expect(isDayFor(at(4), LONGEST_DAY_MS + 1)).toBe(false);
});
