import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { NamedLock, startEmbeddedPostgres, type RunningPostgres } from './index.js';

let directory: string;
let postgres: RunningPostgres;
/** One per process. */
let pools: [pg.Pool, pg.Pool];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-lock-'));
  // Started by root, PostgreSQL runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  postgres = await startEmbeddedPostgres({
    directory: join(directory, 'pg'),
    password: 'test',
    logger: pino({ level: 'silent' }),
  });
  const open = () => new pg.Pool({ connectionString: postgres.url, max: 3 }).on('error', () => {});
  pools = [open(), open()];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

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
  while (!(await pools[0].query<{ waiting: boolean }>(isWaiting)).rows[0]?.waiting);
  mayEnd.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

test('a process that loses its connection loses the name, and does not die of it', async () => {
  const [here, elsewhere] = [new NamedLock(pools[0]), new NamedLock(pools[1])];
  const outcome = await here.alone('cut', async () => {
    await pools[1].query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()`,
    );
    let taken: string | null = null;
    while (taken === null) taken = await elsewhere.alone('cut', async () => 'taken over');
    return taken;
  });
  expect(outcome).toBe('taken over');
});
