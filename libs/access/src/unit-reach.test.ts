import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import { AuditLog } from './audit-log.js';
import { accessMigrations } from './migrations.js';
import { Grants, type Proposal } from './people/index.js';
import { Reach } from './reach.js';
import { reachOf, unitReachOf } from './testing/index.js';
import { UnitReach, withinUnits } from './unit-reach.js';
import { UserStore } from './user-store.js';
import type { Actor } from './user.js';

const PASSWORD = 'Correct-horse-7';
let postgres: TestPostgres;
let users: UserStore;
let grants: Grants;
let security: Actor;
let leader: Actor;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
  const { pool } = postgres;
  const clock = new ManualClock(Date.parse('2026-07-01T08:00:00+08:00'));
  const ids = sequentialIds('u');
  users = new UserStore({ pool, ids, clock });
  grants = new Grants({ pool, ids, clock, audit: new AuditLog(pool, clock) });
  const rest = { townshipCodes: null, password: PASSWORD, mustChangePassword: false };
  const make = async (account: string, role: 'security-administrator' | 'commission-leader'): Promise<Actor> => {
    const user = await users.create({ account, displayName: account, role, ...rest });
    if (!user) throw new Error(`${account} exists`);
    return { user, address: null };
  };
  security = await make('security', 'security-administrator');
  leader = await make('leader', 'commission-leader');
});
afterAll(() => postgres.stop());

const proposal = (of: Partial<Extract<Proposal, { kind: 'make' }>>): Proposal => ({
  kind: 'make',
  account: 'water',
  displayName: '水务局联络员',
  office: '县水务局',
  role: 'unit-liaison',
  townshipCodes: null,
  problemClasses: null,
  unitCodes: ['WATER'],
  ...of,
});
const propose = (of: Parameters<typeof proposal>[0]) => grants.propose(security, proposal(of), '见函〔2026〕1号');

test('units are granted by two, to liaisons alone, and are all that a liaison reaches', async () => {
  await expect(propose({ unitCodes: [] })).rejects.toThrow('请至少选择一个单位');
  await expect(propose({ role: 'analyst' })).rejects.toThrow('只有单位联络员负责单位');
  await expect(propose({ townshipCodes: ['320921100'] })).rejects.toThrow('不设管辖乡镇');
  const { id } = await propose({ unitCodes: ['WATER', 'DRAINS', 'WATER'] });
  await grants.confirm(leader, id, '同意');
  const user = (await users.list()).find(({ account }) => account === 'water');
  if (!user) throw new Error('the account was made');
  expect(user.unitCodes).toEqual(['DRAINS', 'WATER']);
  const units = UnitReach.of({ user });
  expect(['WATER', 'ROADS'].map((code) => units.covers(code))).toEqual([true, false]);
  expect(['320921100', null].map((code) => Reach.of({ user }).covers(code))).toEqual([false, false]);
  expect(Reach.of({ user }).isWholeCounty).toBe(false);
  expect(UnitReach.of(leader).unitCodes).toEqual([]);
});

test('what was proposed before a liaison had to have units is not confirmed', async () => {
  const { id } = await propose({ account: 'early' });
  await execute(postgres.pool, `UPDATE access_grant SET after = after - 'unitCodes' WHERE id = $1`, [id]);
  await expect(grants.confirm(leader, id, '同意')).rejects.toThrow('请至少选择一个单位');
});

test('the table refuses units of whoever is no liaison, and townships of a liaison', async () => {
  const set = (sql: string) => execute(postgres.pool, `UPDATE access_user SET ${sql}`);
  await expect(set(`unit_codes = '{WATER}' WHERE account = 'leader'`)).rejects.toThrow('check constraint');
  await expect(set(`township_codes = '{1}' WHERE account = 'water'`)).rejects.toThrow('check constraint');
});

test('in SQL it says the same as in the process; nothing of the same shape passes for one', async () => {
  for (const units of [unitReachOf(['WATER']), unitReachOf([])]) {
    const found = await rows(
      postgres.pool,
      z.object({ code: z.string(), seen: z.boolean() }),
      `SELECT code, ${withinUnits('code', '$1')} AS seen FROM unnest(ARRAY['WATER', 'ROADS']) AS t (code)`,
      [units.unitCodes],
    );
    expect(found.map(({ seen }) => seen)).toEqual(found.map(({ code }) => units.covers(code)));
  }
  // @ts-expect-error something of the same shape is no reach: the types refuse it
  const shaped: UnitReach = { unitCodes: ['WATER'], covers: () => true };
  // @ts-expect-error nor does a reach of townships
  const other: UnitReach = reachOf(['320921100']);
  for (const one of [shaped, other]) expect(one).not.toBeInstanceOf(UnitReach);
});
