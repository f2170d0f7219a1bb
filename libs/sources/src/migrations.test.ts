import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidSource } from '@tianyan/kernel';
import { execute, migrate } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { LoadRegister } from './loads/load-register.js';
import { sourcesMigrations } from './migrations.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations]);
});
afterAll(() => postgres.stop());

test('a data folder in which the findings made the table of loads opens, and keeps the loads that are under way', async () => {
  const register = new LoadRegister(postgres.pool, uuidSource);
  const id = await register.begin({ kind: 'upload', source: 'units', feed: 'units', types: ['directory.unit'] });
  // As before the table came here: it is there, and nothing says that this library made it.
  // What came after it is not there yet either: migrations run in their order.
  await execute(postgres.pool, 'ALTER TABLE source DROP COLUMN last_page_at_ms');
  await execute(postgres.pool, 'DROP TABLE snapshot_writes');
  expect(await execute(postgres.pool, `DELETE FROM migrations_connector WHERE name >= '025_loads'`)).toBe(3);
  await migrate({ databaseUrl: postgres.databaseUrl, sets: [sourcesMigrations], logger: { debug: () => undefined } });
  expect(await register.isOpen(id)).toBe(true);
});
