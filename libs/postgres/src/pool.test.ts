import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorKind, freePort } from '@tianyan/kernel';
import { z } from 'zod';
import { openPool, row, type Pool } from './index.js';
import { layCable, startTestPostgres, type Cable, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
let cable: Cable;
let pool: Pool;

const open = (databaseUrl: string) => openPool({ databaseUrl, maxConnections: 3, onIdleCut: () => undefined });
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

beforeAll(async () => {
  postgres = await startTestPostgres();
  cable = await layCable(postgres.databaseUrl);
  pool = open(cable.url);
});
afterAll(async () => {
  await pool.end();
  await cable.remove();
  await postgres.stop();
});

test('an outage is retriable for whoever asks the pool or holds a connection, and over when the server is back', async () => {
  const held = await pool.connect();
  expect(await failureOf(held.query('SELECT pg_terminate_backend(pg_backend_pid())'))).toMatchObject({
    kind: 'retriable',
    cause: { code: '57P01' },
  });
  held.release(true);

  const lent = await pool.connect();
  cable.cut();
  expect(errorKind(await failureOf(lent.query('SELECT 1')))).toBe('retriable');
  lent.release(true);
  expect(errorKind(await failureOf(pool.query('SELECT 1')))).toBe('retriable');
  expect(errorKind(await failureOf(pool.connect()))).toBe('retriable');

  cable.mend();
  expect(await row(pool, z.object({ one: z.int() }), 'SELECT $1::int AS one', [1])).toEqual({ one: 1 });
});

test('nobody at the address is retriable too', async () => {
  const nobody = open(`postgres://nobody@127.0.0.1:${await freePort()}/none`);
  expect(await failureOf(nobody.query('SELECT 1'))).toMatchObject({ kind: 'retriable', cause: { code: 'ECONNREFUSED' } });
  await nobody.end();
});

test('a mistake in a statement is what it was', async () => {
  const failure = await failureOf(pool.query('SELECT nothing'));
  expect(errorKind(failure)).toBe('unknown');
  expect(failure).toMatchObject({ code: '42703' });
  const client = await pool.connect();
  expect(await failureOf(client.query('SELECT 1 / $1::int', [0]))).toMatchObject({ code: '22012' });
  client.release();
});

test('settings reach the server', async () => {
  const set = openPool({
    databaseUrl: postgres.databaseUrl,
    maxConnections: 1,
    applicationName: 'tianyan-test',
    sessionOptions: '-c synchronous_commit=off',
    queryTimeoutMs: 50,
    connectTimeoutMs: 5_000,
    keepAlive: true,
    onIdleCut: () => undefined,
  });
  const settings = z.object({ name: z.string(), durable: z.string() });
  const asked = `SELECT current_setting('application_name') AS name, current_setting('synchronous_commit') AS durable`;
  expect(await row(set, settings, asked)).toEqual({ name: 'tianyan-test', durable: 'off' });
  expect(errorKind(await failureOf(set.query('SELECT pg_sleep(10)')))).toBe('retriable');
  await set.end();
});
