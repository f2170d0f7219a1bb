import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { errorKind } from '@tianyan/kernel';
import { z } from 'zod';
import { execute, inSnapshot, inTransaction, lockInTransaction, row } from './index.js';
import { startTestPostgres, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await execute(postgres.pool, 'CREATE TABLE thing (n int)');
});
beforeEach(() => execute(postgres.pool, 'TRUNCATE thing'));
afterAll(() => postgres.stop());

const stored = async () => (await row(postgres.pool, z.object({ n: z.int() }), 'SELECT count(*) AS n FROM thing')).n;

test('everything is stored at the end, or nothing', async () => {
  const answer = await inTransaction(postgres.pool, async (client) => {
    await execute(client, 'INSERT INTO thing VALUES (1)');
    expect(await stored()).toBe(0);
    return 'done';
  });
  expect([answer, await stored()]).toEqual(['done', 1]);
  const failing = inTransaction(postgres.pool, async (client) => {
    await execute(client, 'INSERT INTO thing VALUES (2)');
    throw new Error('not after all');
  });
  await expect(failing).rejects.toThrow('not after all');
  expect(await stored()).toBe(1);
});

test('where the rollback fails as well, the first error is told and the connection is never lent again', async () => {
  const pool = postgres.openPool();
  let pid = 0;
  const failing = inTransaction(pool, async (client) => {
    ({ pid } = await row(client, z.object({ pid: z.int() }), 'SELECT pg_backend_pid() AS pid'));
    // The cut is known only when the rollback is tried.
    await execute(postgres.pool, 'SELECT pg_terminate_backend($1)', [pid]);
    throw new Error('the reason');
  });
  await expect(failing).rejects.toThrow('the reason');
  expect(pool.totalCount).toBe(0);
  expect(await row(pool, z.object({ other: z.boolean() }), 'SELECT pg_backend_pid() <> $1 AS other', [pid])).toEqual({
    other: true,
  });
});

test('a connection that is cut in the middle is retriable for the caller', async () => {
  const failure: unknown = await inTransaction(postgres.openPool(), (client) =>
    execute(client, 'SELECT pg_terminate_backend(pg_backend_pid())'),
  ).catch((error: unknown) => error);
  expect(errorKind(failure)).toBe('retriable');
});

test('a snapshot does not see what is stored meanwhile, and stores nothing itself', async () => {
  await inSnapshot(postgres.pool, async (client) => {
    const count = () => row(client, z.object({ n: z.int() }), 'SELECT count(*) AS n FROM thing');
    expect(await count()).toEqual({ n: 0 });
    await execute(postgres.pool, 'INSERT INTO thing VALUES (1)');
    expect(await count()).toEqual({ n: 0 });
  });
  await expect(inSnapshot(postgres.pool, (client) => execute(client, 'INSERT INTO thing VALUES (2)'))).rejects.toThrow(
    'read-only',
  );
  expect(await stored()).toBe(1);
});

test('a name is held to the end of the transaction', async () => {
  const order: string[] = [];
  let second = Promise.resolve();
  await inTransaction(postgres.pool, async (client) => {
    await lockInTransaction(client, 'name');
    second = inTransaction(postgres.pool, async (other) => {
      await lockInTransaction(other, 'name');
      order.push('second');
    });
    const waits = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) AS waiting`;
    while (!(await row(client, z.object({ waiting: z.boolean() }), waits)).waiting);
    order.push('first');
  });
  await second;
  expect(order).toEqual(['first', 'second']);
});
