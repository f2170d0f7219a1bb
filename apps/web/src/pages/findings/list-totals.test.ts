import { expect, test } from '@jest/globals';
import type { FindingCounts } from '@tianyan/console-app/api';
import { readFilter } from './finding-filter.js';
import { listTotals } from './list-totals.js';

const byStatus: FindingCounts['byStatus'] = [
  { key: 'open', label: '待核实', count: 10 },
  { key: 'withdrawn', label: '已撤回', count: 5 },
];
const all = { total: 15, isAtLeast: false, byStatus, aside: 3 };
const waiting = { total: 10, isAtLeast: false, byStatus: byStatus.slice(0, 1), aside: 3 };
const of = (search: string) => readFilter(new URLSearchParams(search));

test.each([
  ['', { all: 15, open: 10 }],
  ['status=open', { all: 7, open: 7 }],
  ['status=withdrawn', { all: 5, open: 0 }],
  ['status=open,withdrawn', { all: 15, open: 10 }],
  ['status=open&aside=only', { all: 3, open: 3 }],
])('of “%s”, what waits is told apart from what was withdrawn and set aside', (search, totals) => {
  expect(listTotals(of(search), all, waiting)).toEqual({ ...totals, isAtLeast: false });
});

test('where not all are counted, what waits is exact as long as all of that is', () => {
  const many = { ...all, isAtLeast: true };
  expect(listTotals(of(''), many, waiting)).toEqual({ all: 15, isAtLeast: true, open: 10 });
  expect(listTotals(of('status=open'), many, waiting)).toEqual({ all: 7, isAtLeast: false, open: 7 });
  expect(listTotals(of('status=withdrawn'), many, waiting)).toEqual({ all: 5, isAtLeast: true, open: 0 });
  const manyWaiting = { ...waiting, isAtLeast: true };
  expect(listTotals(of(''), many, manyWaiting)).toEqual({ all: 15, isAtLeast: true, open: undefined });
  expect(listTotals(of('status=open'), many, manyWaiting)).toEqual({ all: 7, isAtLeast: true, open: undefined });
  expect(listTotals(of('status=open'), many, { ...manyWaiting, aside: 12 }).all).toBe(0);
});

test('nothing is said before it is counted', () => {
  expect(listTotals(of(''), undefined, waiting)).toEqual({ all: undefined, isAtLeast: false, open: 10 });
  expect(listTotals(of('status=open'), all, undefined)).toEqual({ all: undefined, isAtLeast: false, open: undefined });
});
