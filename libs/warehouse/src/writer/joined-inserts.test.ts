import { expect, test } from '@jest/globals';
import { type Pause, PoisonedError, RetriableError, timerPause } from '@tianyan/kernel';
import type { Line } from '../line.js';
import { JoinedInserts } from './joined-inserts.js';

interface Call {
  table: string;
  lines: readonly Line[];
  token: string;
}

/** @param onPause is told of each wait as it begins */
function inserting(fail: (lines: readonly Line[]) => Error | null = () => null, onPause: (delayMs: number) => void = () => {}) {
  const calls: Call[] = [];
  const waitedMs: number[] = [];
  const pause: Pause = (delayMs, signal) => {
    waitedMs.push(delayMs);
    onPause(delayMs);
    return timerPause(delayMs, signal);
  };
  const joined = new JoinedInserts(async (table, lines, token) => {
    calls.push({ table, lines, token });
    const error = fail(lines);
    if (error) throw error;
  }, pause);
  return { calls, joined, waitedMs };
}

/** Announces all before the first of them is there, as partitions do that bring their batches at the same moment. */
function together(joined: JoinedInserts, ...inserts: readonly Call[]): Promise<void>[] {
  const expected = inserts.map(({ table }) => joined.expect(table));
  return inserts.map(({ lines, token }, i) => expected[i]?.add(lines, token) ?? Promise.reject(new RangeError('not announced')));
}

const call = (table: string, line: string, token: string): Call => ({ table, lines: [line], token });

test('small inserts into one table that come together are one', async () => {
  const { calls, joined } = inserting();
  await Promise.all(together(joined, call('a', '1', 't1'), call('b', '2', 't2'), call('a', '3', 't3')));
  expect(calls.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual([
    { table: 'a', lines: ['1', '3'], token: 't1\nt3' },
    { table: 'b', lines: ['2'], token: 't2' },
  ]);
});

test('one that comes alone waits only until it is seen that nobody else comes', async () => {
  const { calls, joined, waitedMs } = inserting();
  const elsewhere = joined.expect('b');
  await joined.expect('a').add(['1'], 't1');
  elsewhere.end();
  expect(calls).toEqual([call('a', '1', 't1')]);
  expect(waitedMs).toEqual([5]);
});

test('one that is announced meanwhile is waited for, too', async () => {
  const inserted: Promise<void>[] = [];
  const { calls, joined, waitedMs } = inserting(undefined, () => {
    // Ready once the first has seen that it comes.
    if (waitedMs.length === 2) inserted.push(second.add(['2'], 't2'));
  });
  inserted.push(joined.expect('a').add(['1'], 't1'));
  const second = joined.expect('a');
  await inserted[0];
  await Promise.all(inserted);
  expect(calls).toEqual([{ table: 'a', lines: ['1', '2'], token: 't1\nt2' }]);
  expect(waitedMs).toEqual([5, 15]);
});

test('one that was announced is waited for until it ends otherwise', async () => {
  const { calls, joined, waitedMs } = inserting();
  const other = joined.expect('a');
  const inserted = joined.expect('a').add(['1'], 't1');
  other.end();
  await inserted;
  expect(calls).toEqual([call('a', '1', 't1')]);
  expect(waitedMs).toEqual([20]);
});

test('one that was announced and never comes is not waited for longer than is worth it', async () => {
  const { calls, joined } = inserting();
  joined.expect('a');
  await joined.expect('a').add(['1'], 't1');
  expect(calls).toEqual([call('a', '1', 't1')]);
});

test('large ones go by themselves', async () => {
  const { calls, joined } = inserting();
  const large = Array.from({ length: 100 }, (_none, i) => String(i));
  const all = (lines: readonly string[], ...tokens: readonly string[]) =>
    Promise.all(together(joined, ...tokens.map((token) => ({ table: 'a', lines, token }))));
  await all(large, 't1', 't2');
  expect(calls.map(({ token }) => token)).toEqual(['t1', 't2']);
  await all(large.slice(1), 't3', 't4');
  expect(calls.map(({ token }) => token)).toEqual(['t1', 't2', 't3\nt4']);
});

test('what comes while one is under way goes into the next', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const tokens: string[] = [];
  const joined = new JoinedInserts(async (_table, _lines, token) => {
    tokens.push(token);
    begin();
    if (token === 't1') await held;
  });
  const first = together(joined, call('a', '1', 't1'));
  await begun;
  const others = together(joined, call('a', '2', 't2'), call('a', '3', 't3'));
  release();
  await Promise.all([...first, ...others]);
  expect(tokens).toEqual(['t1', 't2\nt3']);
});

test('a row that cannot be stored takes no other insert with it', async () => {
  const { calls, joined } = inserting((lines) => (lines.includes('bad') ? new PoisonedError('bad', '坏行') : null));
  const ended = await Promise.allSettled(together(joined, call('a', '1', 't1'), call('a', 'bad', 't2'), call('a', '3', 't3')));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(calls.map(({ token }) => token)).toEqual(['t1\nt2\nt3', 't1', 't2', 't3']);
});

test('whatever else goes wrong is told to all, and the next ones are inserted', async () => {
  let away = true;
  const { joined } = inserting(() => (away ? new RetriableError('away') : null));
  const ended = await Promise.allSettled(together(joined, call('a', '1', 't1'), call('a', '2', 't2')));
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  away = false;
  await Promise.all(together(joined, call('a', '1', 't1')));
});
