import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, migrate, rows, type Queryable } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { findingsMigrations } from './index.js';

const SETS = [sourcesMigrations, findingsMigrations];
const indexSchema = z.object({ options: z.array(z.string()).nullable() });

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres(SETS);
});
afterAll(() => postgres.stop());

const textIndex = (db: Queryable) =>
  rows(db, indexSchema, `SELECT reloptions AS options FROM pg_class WHERE relname = 'finding_text'`);

test('what is written last waits a little at a time to be brought into the index of texts', async () => {
  expect(await textIndex(postgres.pool)).toEqual([{ options: ['gin_pending_list_limit=256'] }]);
});

test('an upgrade goes on without the index where somebody has made the extension in a schema of theirs', async () => {
  const url = new URL(postgres.databaseUrl);
  const name = `${url.pathname.slice(1)}_elsewhere`;
  await execute(postgres.pool, `CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  const pool = postgres.openPool(url.href);
  await execute(pool, 'CREATE SCHEMA theirs');
  await execute(pool, 'CREATE EXTENSION pg_trgm SCHEMA theirs');
  await migrate({ databaseUrl: url.href, sets: SETS, logger: { debug: () => undefined } });
  expect(await textIndex(pool)).toEqual([]);
});
