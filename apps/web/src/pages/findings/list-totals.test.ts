import { expect, test } from '@jest/globals';
import type { FindingCounts } from '@tianyan/console-app/api';
import { readFilter } from './finding-filter.js';
import { listTotals } from './list-totals.js';

const byStatus: FindingCounts['byStatus'] = [
  { key: 'open', label: '待核实', count: 10 },
  { key: 'withdrawn', label: '已撤回', count: 5 },
];

test.each([
  ['', { all: 15, open: 10 }],
  ['status=open', { all: 7, open: 7 }],
  ['status=withdrawn', { all: 5, open: 0 }],
  ['status=open,withdrawn', { all: 15, open: 10 }],
  ['status=open&aside=only', { all: 3, open: 3 }],
])('of “%s”, what waits is told apart from what was withdrawn and set aside', (search, totals) => {
  expect(listTotals(readFilter(new URLSearchParams(search)), { byStatus }, 3)).toEqual(totals);
});

test('nothing is said before it is counted', () => {
  expect(listTotals(readFilter(new URLSearchParams()), undefined, 3)).toEqual({ all: undefined, open: undefined });
});
