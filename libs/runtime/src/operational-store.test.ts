import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorKind, freePort } from '@tianyan/kernel';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { pino } from 'pino';
import { openOperationalStore, startEmbeddedPostgres, type RunningPostgres } from './index.js';

const logger = pino({ level: 'silent' });
let directory: string;
let port: number;
let postgres: RunningPostgres;
let pool: pg.Pool;

const start = () => startEmbeddedPostgres({ directory: join(directory, 'pg'), password: 'test', port, logger });
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-pool-'));
  // Started by root, PostgreSQL runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  port = await freePort();
  postgres = await start();
  pool = openOperationalStore({ url: postgres.url, logger });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test('an outage is retriable for whoever asks the pool or holds a connection, and over when the server is back', async () => {
  const held = await pool.connect();
  expect(await failureOf(held.query('SELECT pg_terminate_backend(pg_backend_pid())'))).toMatchObject({
    kind: 'retriable',
    cause: { code: '57P01' },
  });
  held.release(true);

  const lent = await pool.connect();
  await postgres.stop();
  expect(errorKind(await failureOf(lent.query('SELECT 1')))).toBe('retriable');
  lent.release(true);
  expect(await failureOf(pool.query('SELECT 1'))).toMatchObject({ kind: 'retriable', cause: { code: 'ECONNREFUSED' } });
  expect(errorKind(await failureOf(pool.connect()))).toBe('retriable');

  postgres = await start();
  expect((await pool.query<{ one: number }>('SELECT $1::int AS one', [1])).rows).toEqual([{ one: 1 }]);
});

test('a mistake in a statement is what it was', async () => {
  const failure = await failureOf(pool.query('SELECT nothing'));
  expect(errorKind(failure)).toBe('unknown');
  expect(failure).toMatchObject({ code: '42703' });
  const client = await pool.connect();
  expect(await failureOf(client.query('SELECT 1 / $1::int', [0]))).toMatchObject({ code: '22012' });
  client.release();
});
