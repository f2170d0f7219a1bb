import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { NamedLock, row, type Pool } from './index.js';
import { startTestPostgres, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
/** One per process. */
let pools: [Pool, Pool];

beforeAll(async () => {
  postgres = await startTestPostgres();
  pools = [postgres.openPool(), postgres.openPool()];
});
afterAll(() => postgres.stop());

test('a name is held by one process at a time, and other names are not touched', async () => {
  const [here, elsewhere] = [new NamedLock(pools[0]), new NamedLock(pools[1])];
  const answers = await here.alone('feed', async () => [
    await here.alone('feed', async () => 'ran'),
    await elsewhere.alone('feed', async () => 'ran'),
    await elsewhere.alone('other', async () => 'ran'),
  ]);
  expect(answers).toEqual([null, null, 'ran']);
  expect(await elsewhere.alone('feed', async () => 'ran')).toBe('ran');
});

test('a task that fails gives the name back', async () => {
  const lock = new NamedLock(pools[0]);
  await expect(lock.alone('fails', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await new NamedLock(pools[1]).alone('fails', async () => 'ran')).toBe('ran');
});

test('in turn: the second waits for the first', async () => {
  const order: string[] = [];
  const began = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const first = new NamedLock(pools[0]).inTurn('schema', async () => {
    began.resolve();
    await mayEnd.promise;
    order.push('first');
  });
  await began.promise;
  const second = new NamedLock(pools[1]).inTurn('schema', async () => void order.push('second'));
  const isWaiting = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) AS waiting`;
  while (!(await row(pools[0], z.object({ waiting: z.boolean() }), isWaiting)).waiting);
  mayEnd.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

test('a process that loses its connection loses the name, and does not die of it', async () => {
  const [here, elsewhere] = [new NamedLock(pools[0]), new NamedLock(pools[1])];
  const outcome = await here.alone('cut', async () => {
    await pools[1].query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted AND pid <> pg_backend_pid()`,
    );
    let taken: string | null = null;
    while (taken === null) taken = await elsewhere.alone('cut', async () => 'taken over');
    return taken;
  });
  expect(outcome).toBe('taken over');
});
