import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessMigrations, UserStore } from '@tianyan/access';
import { noticeMigrations, TeamStore } from '@tianyan/notices';
import { sequentialIds, systemClock } from '@tianyan/kernel';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDemoTeams } from './demo-teams.js';
import { ensureFirstPasswords } from './first-passwords.js';

let directory: string;
let postgres: TestPostgres;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-demo-teams-'));
  postgres = await startTestPostgres([noticeMigrations, accessMigrations]);
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test('the demo county has teams with townships and members, once; their first passwords stand with the others', async () => {
  const { pool } = postgres;
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: systemClock });
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock: systemClock });
  const accounts = { dataDirectory: join(directory, 'data'), users, teams };
  await ensureFirstPasswords(accounts);
  const { made, file } = await ensureDemoTeams(accounts);
  expect(made).toHaveLength(9);
  const passwords = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>; // as written a moment ago
  expect(Object.keys(passwords)).toEqual(['admin', 'security', 'audit', 'analyst', ...made.map(({ account }) => account)]);
  const demo = (await teams.list()).filter(({ isDefault }) => !isDefault);
  expect(demo).toHaveLength(3);
  expect(demo.every(({ townshipCodes, memberIds }) => townshipCodes.length >= 3 && memberIds.length >= 1)).toBe(true);
  const liaisons = (await users.list()).filter(({ role }) => role === 'unit-liaison');
  expect(liaisons.map(({ unitCodes }) => unitCodes)).toEqual([['DW049'], ['DW037']]);
  const reaches = new Map((await users.list()).map(({ id, townshipCodes }) => [id, townshipCodes]));
  for (const { memberIds, townshipCodes } of demo) for (const id of memberIds) expect(reaches.get(id)).toEqual(townshipCodes);
  const townships = demo.flatMap(({ townshipCodes }) => townshipCodes);
  expect(new Set(townships).size).toBe(townships.length);

  // What an administrator removes stays away, also after the next start.
  await teams.remove(demo[0]?.id ?? '');
  expect((await ensureDemoTeams(accounts)).made).toEqual([]);
  expect(await teams.list()).toHaveLength(3);
});
