import { expect, test } from '@jest/globals';
import { PoisonedError, RetriableError } from '@tianyan/kernel';
import type { Line } from '../line.js';
import { JoinedInserts } from './joined-inserts.js';

interface Call {
  table: string;
  lines: readonly Line[];
  token: string;
}

function inserting(fail: (lines: readonly Line[]) => Error | null = () => null) {
  const calls: Call[] = [];
  const joined = new JoinedInserts(async (table, lines, token) => {
    calls.push({ table, lines, token });
    const error = fail(lines);
    if (error) throw error;
  });
  return { calls, joined };
}

test('small inserts into one table that come together are one', async () => {
  const { calls, joined } = inserting();
  await Promise.all([joined.add('a', ['1'], 't1'), joined.add('b', ['2'], 't2'), joined.add('a', ['3'], 't3')]);
  expect(calls.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual([
    { table: 'a', lines: ['1', '3'], token: 't1\nt3' },
    { table: 'b', lines: ['2'], token: 't2' },
  ]);
  await joined.add('a', ['4'], 't4');
  expect(calls.at(-1)).toEqual({ table: 'a', lines: ['4'], token: 't4' });
});

test('large ones go by themselves', async () => {
  const { calls, joined } = inserting();
  const large = Array.from({ length: 100 }, (_none, i) => String(i));
  await Promise.all(['t1', 't2'].map((token) => joined.add('a', large, token)));
  expect(calls.map(({ token }) => token)).toEqual(['t1', 't2']);
  await Promise.all(['t3', 't4'].map((token) => joined.add('a', large.slice(1), token)));
  expect(calls.map(({ token }) => token)).toEqual(['t1', 't2', 't3\nt4']);
});

test('what comes while one is under way goes into the next', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const tokens: string[] = [];
  let begun = () => {};
  const first = new Promise<void>((resolve) => (begun = resolve));
  const joined = new JoinedInserts(async (_table, _lines, token) => {
    tokens.push(token);
    begun();
    if (token === 't1') await held;
  });
  const all = [joined.add('a', ['1'], 't1')];
  await first;
  all.push(joined.add('a', ['2'], 't2'), joined.add('a', ['3'], 't3'));
  release();
  await Promise.all(all);
  expect(tokens).toEqual(['t1', 't2\nt3']);
});

test('a row that cannot be stored takes no other insert with it', async () => {
  const { calls, joined } = inserting((lines) => (lines.includes('bad') ? new PoisonedError('bad', '坏行') : null));
  const ended = await Promise.allSettled([
    joined.add('a', ['1'], 't1'),
    joined.add('a', ['bad'], 't2'),
    joined.add('a', ['3'], 't3'),
  ]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(calls.map(({ token }) => token)).toEqual(['t1\nt2\nt3', 't1', 't2', 't3']);
});

test('whatever else goes wrong is told to all, and the next ones are inserted', async () => {
  let away = true;
  const { joined } = inserting(() => (away ? new RetriableError('away') : null));
  const ended = await Promise.allSettled([joined.add('a', ['1'], 't1'), joined.add('a', ['2'], 't2')]);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  away = false;
  await joined.add('a', ['1'], 't1');
});
