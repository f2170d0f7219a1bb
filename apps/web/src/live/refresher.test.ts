import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.js';
import { createRefresher } from './refresher.js';

const before = globalThis.window;
let client: QueryClient;
let refresher: ReturnType<typeof createRefresher>;
beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(globalThis, { window: { setTimeout, clearTimeout } });
  client = new QueryClient();
  refresher = createRefresher(client);
});
afterEach(() => {
  refresher.stop();
  client.clear();
  jest.useRealTimers();
  Object.assign(globalThis, { window: before });
});

/** Which of the answers on the page have to be read again. */
function stale(...queryKeys: (readonly unknown[])[]): boolean[] {
  return queryKeys.map((queryKey) => client.getQueryState(queryKey)?.isInvalidated ?? false);
}

const finding = (id: string) => ({ kind: 'finding', id }) as Parameters<typeof refresher.take>[0];

test('a flood of findings is one reading, and the list under the reader stays', () => {
  const list = ['findings', 'list', {}];
  const counts = ['findings', 'counts', { status: 'open' }];
  for (const key of [keys.overview, keys.finding('F1'), keys.finding('F2'), keys.finding('F3'), list, counts, keys.sources])
    client.setQueryData(key, 'known');
  const invalidate = jest.spyOn(client, 'invalidateQueries');
  for (let i = 0; i < 200; i++) refresher.take(finding(i % 2 === 0 ? 'F1' : 'F2'));
  jest.advanceTimersByTime(2_499);
  expect(invalidate).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  // Overview, newest, counts and the two findings: each once.
  expect(invalidate).toHaveBeenCalledTimes(5);
  expect(stale(keys.overview, counts, keys.finding('F1'), keys.finding('F2'))).toEqual([true, true, true, true]);
  expect(stale(list, keys.finding('F3'), keys.sources)).toEqual([false, false, false]);
});

test('a step on a clue makes its page stale, and not the list under the reader', () => {
  const list = keys.clueList({});
  for (const key of [keys.clue('c1'), keys.clue('c2'), keys.bench, keys.clueCounts({}), list]) client.setQueryData(key, 'known');
  refresher.take({ kind: 'clue', id: 'c1', revision: 3 });
  jest.advanceTimersByTime(2_500);
  expect(stale(keys.clue('c1'), keys.bench, keys.clueCounts({}))).toEqual([true, true, true]);
  expect(stale(keys.clue('c2'), list)).toEqual([false, false]);
});

test('after a broken line everything is read again at once, but for what somebody has uncovered', () => {
  const uncovered = [keys.rawEvidence('F1', 0), keys.quarantineItem('q1'), keys.mend('m1')];
  for (const key of [keys.sources, ...uncovered]) client.setQueryData(key, 'known');
  refresher.take({ kind: 'resync' });
  expect(stale(keys.sources, ...uncovered)).toEqual([true, false, false, false]);
});

test('nor does any event read again what somebody has uncovered', () => {
  const uncovered = [keys.rawEvidence('F1', 0), keys.quarantineItem('q1'), keys.mend('m1')];
  for (const key of uncovered) client.setQueryData(key, 'known');
  refresher.take(finding('F1'));
  refresher.take({ kind: 'source', id: 's1' });
  jest.advanceTimersByTime(10_000);
  expect(stale(...uncovered)).toEqual([false, false, false]);
});

test('once stopped it reads nothing more', () => {
  client.setQueryData(keys.overview, 'known');
  refresher.take(finding('F1'));
  refresher.stop();
  jest.advanceTimersByTime(10_000);
  expect(stale(keys.overview)).toEqual([false]);
});
