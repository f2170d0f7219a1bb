import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS, RefusedError } from '@tianyan/kernel';
import { row, rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  accessMigrations,
  allWithinClasses,
  allWithinTownships,
  type AuditLog,
  assertAcceptablePassword,
  checkAgainstNobody,
  CountyWide,
  DECOY_HASH,
  ensureFirstUsers,
  hashPassword,
  FREE_FAILURES,
  MAX_SESSIONS_PER_USER,
  passwordMatches,
  Reach,
  requireAction,
  type Role,
  SESSION_IDLE_MS,
  SESSION_MAX_MS,
  type SessionStore,
  type SignIn,
  type UserStore,
  withinReach,
  withinTownships,
} from './index.js';
import { signedIn, signInProcess } from './sign-in.test-fixture.js';
import { reachOf, WHOLE_COUNTY } from './testing/index.js';

const START_MS = Date.parse('2026-07-01T08:00:00+08:00');
const PASSWORD = 'Correct-horse-7';

let postgres: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());

let clock: ManualClock;
let users: UserStore;
let sessions: SessionStore;
let audit: AuditLog;
let signIn: SignIn;

beforeEach(async () => {
  await pool.query(
    'DELETE FROM access_session; DELETE FROM access_grant; DELETE FROM access_reveal; DELETE FROM access_user; DELETE FROM access_sign_in_failure; DELETE FROM access_known_address',
  );
  clock = new ManualClock(START_MS);
  ({ users, sessions, audit, signIn } = signInProcess(pool, clock));
  await users.create({
    account: 'Li.Fen',
    displayName: '李芬',
    role: 'analyst',
    townshipCodes: null,
    password: PASSWORD,
    mustChangePassword: false,
  });
});

const open = async (account: string, password: string, address = '10.0.0.1') =>
  signedIn(await signIn.open({ account, password, address }));

describe('signing in', () => {
  test('the account is not case-sensitive, the password is', async () => {
    const { session } = await open('LI.fen', PASSWORD);
    expect(session.user).toMatchObject({ account: 'li.fen', role: 'analyst' });
    await expect(open('li.fen', PASSWORD.toLowerCase())).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('a wrong password and an unknown account get the same answer', async () => {
    const wrong = await open('li.fen', 'nope').catch((error: unknown) => error);
    const unknown = await open('nobody', 'nope').catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(RefusedError);
    expect((unknown as RefusedError).message).toBe((wrong as RefusedError).message);
  });

  test('an unknown account costs as much work as a known one', async () => {
    const hash = await hashPassword(PASSWORD);
    expect(DECOY_HASH.split('$').slice(1, 4)).toEqual(hash.split('$').slice(1, 4));
    const time = async (work: () => Promise<unknown>) => {
      const startMs = performance.now();
      for (let i = 0; i < 5; i++) await work();
      return performance.now() - startMs;
    };
    const known = await time(() => passwordMatches(hash, 'x'));
    const unknown = await time(() => checkAgainstNobody('x'));
    // Without the decoy the ratio is some thousandths; on a machine that does much else beside it has been a third.
    expect(unknown / known).toBeGreaterThan(1 / 10);
  });

  test('success forgets the failures before it', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < FREE_FAILURES.pair - 1; i++)
        await expect(open('li.fen', 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
      await open('li.fen', PASSWORD);
    }
  });
});

describe('sessions', () => {
  test('the table holds no token', async () => {
    const { token } = await open('li.fen', PASSWORD);
    const { stored } = await row(pool, z.object({ stored: z.string() }), 'SELECT s::text AS stored FROM access_session s');
    expect(stored).not.toContain(token);
  });

  test('end without requests, and in any case after half a day', async () => {
    const { token } = await open('li.fen', PASSWORD);
    clock.advanceBy(SESSION_IDLE_MS - MINUTE_MS);
    expect(await sessions.find(token)).not.toBeNull();
    clock.advanceBy(SESSION_IDLE_MS);
    expect(await sessions.find(token)).toBeNull();

    const busy = (await open('li.fen', PASSWORD)).token;
    const openedAtMs = clock.nowMs();
    while (clock.nowMs() + HOUR_MS < openedAtMs + SESSION_MAX_MS) {
      clock.advanceBy(HOUR_MS);
      expect(await sessions.find(busy)).not.toBeNull();
    }
    clock.advanceTo(openedAtMs + SESSION_MAX_MS);
    expect(await sessions.find(busy)).toBeNull();
  });

  test('an open stream does not count as activity', async () => {
    const { session, token } = await open('li.fen', PASSWORD);
    clock.advanceBy(SESSION_IDLE_MS - 1);
    expect(await sessions.isAlive(session.tokenDigest)).toBe(true);
    clock.advanceBy(1);
    expect(await sessions.isAlive(session.tokenDigest)).toBe(false);
    expect(await sessions.find(token)).toBeNull();
  });

  test('one person has no more than so many: the one unused for longest ends', async () => {
    const tokens: string[] = [];
    for (let i = 0; i < MAX_SESSIONS_PER_USER; i++) {
      tokens.push((await open('li.fen', PASSWORD)).token);
      clock.advanceBy(MINUTE_MS);
    }
    expect(await sessions.find(tokens[0] ?? '')).not.toBeNull();
    const newest = await open('li.fen', PASSWORD);
    expect(await sessions.find(newest.token)).not.toBeNull();
    expect(await sessions.find(tokens[0] ?? '')).not.toBeNull();
    expect(await sessions.find(tokens[1] ?? '')).toBeNull();
    const { count } = await row(pool, z.object({ count: z.int() }), 'SELECT count(*) FROM access_session');
    expect(count).toBe(MAX_SESSIONS_PER_USER);
  });

  test('ends at sign-out', async () => {
    const { token, session } = await open('li.fen', PASSWORD);
    await signIn.close(session, '10.0.0.1');
    expect(await sessions.find(token)).toBeNull();
  });

  test('a changed password ends the other sessions and the duty to change it', async () => {
    await pool.query('UPDATE access_user SET must_change_password = true');
    const elsewhere = await open('li.fen', PASSWORD);
    const here = await open('li.fen', PASSWORD);
    await signIn.changePassword(here.session, { current: PASSWORD, next: 'Another-pony-8', address: '10.0.0.1' });
    expect(await sessions.find(elsewhere.token)).toBeNull();
    expect((await sessions.find(here.token))?.user.mustChangePassword).toBe(false);
    await expect(open('li.fen', PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(open('li.fen', 'Another-pony-8')).resolves.toBeDefined();
  });

  test('the current password is needed for a new one', async () => {
    const { session } = await open('li.fen', PASSWORD);
    const change = signIn.changePassword(session, { current: 'wrong', next: 'Another-pony-8', address: '10.0.0.1' });
    await expect(change).rejects.toMatchObject({ code: 'invalid', message: '当前密码不正确' });
  });
});

test.each([
  ['Ab1-', '至少'],
  ['abcdefghijkl', '三种'],
  ['Li.Fen-2026-x', '账号'],
  ['Aa1-Aa1-Aa1-', '重复'],
  [PASSWORD, '相同'],
])('the new password %s is refused: %s', (next, because) => {
  expect(() => assertAcceptablePassword({ account: 'li.fen', current: PASSWORD, next })).toThrow(because);
});

test('the first users are made once, each with a password of its own', async () => {
  const first = await ensureFirstUsers(users);
  expect(first.map(({ user }) => [user.account, user.role, user.mustChangePassword])).toEqual([
    ['admin', 'system-administrator', true],
    ['security', 'security-administrator', true],
    ['audit', 'audit-administrator', true],
    ['analyst', 'analyst', true],
  ]);
  expect(new Set(first.map(({ password }) => password)).size).toBe(4);
  for (const { user, password } of first) await expect(open(user.account, password)).resolves.toBeDefined();
  expect(await ensureFirstUsers(users)).toEqual([]);
});

describe('reach', () => {
  const make = (account: string, role: Role, townshipCodes: string[] | null) =>
    users.create({ account, displayName: account, role, townshipCodes, password: PASSWORD, mustChangePassword: false });

  test('is the townships of the person, and what has no township is seen with the whole county alone', async () => {
    const user = await make('zhao', 'analyst', ['320921101', '320921100', '320921101']);
    if (!user) throw new Error('the account exists');
    const reach = Reach.of({ user });
    expect(reach.townshipCodes).toEqual(['320921100', '320921101']);
    expect(['320921100', '320921102', null].map((code) => reach.covers(code))).toEqual([true, false, false]);
    expect(['320921100', null].map((code) => WHOLE_COUNTY.covers(code))).toEqual([true, true]);
    const rows = new CountyWide('rows');
    expect([rows.within(WHOLE_COUNTY), rows.within(reach)]).toEqual(['rows', null]);
  });

  test('is made from an actor and from nothing else', () => {
    // @ts-expect-error something of the same shape is no reach: the types refuse it
    const shaped: Reach = { townshipCodes: null, isWholeCounty: true, covers: () => true };
    expect(shaped).not.toBeInstanceOf(Reach);
  });

  test('in SQL says the same as in the process', async () => {
    for (const reach of [WHOLE_COUNTY, reachOf(['320921100'])]) {
      const found = await rows(
        pool,
        z.object({ code: z.string().nullable(), seen: z.boolean().nullable() }),
        `SELECT code, ${withinTownships('code', '$1')} AS seen FROM unnest(ARRAY['320921100', '320921101', NULL]) AS t (code)`,
        [reach.parameter],
      );
      expect(found.map(({ seen }) => seen === true)).toEqual(found.map(({ code }) => reach.covers(code)));
    }
  });

  test('of all of a list says the same in both; null is everything', async () => {
    const lists = [null, [], ['320921100'], ['320921100', '320921101']];
    for (const own of [null, ['320921100']]) {
      const [places, classes] = [reachOf(own), reachOf(null, own)];
      for (const list of lists) {
        const sql = (within: string) => `SELECT ${within} IS TRUE AS seen FROM (SELECT $2::text[] AS list) t`;
        const asked = async (reach: Reach, within: string) =>
          (await row(pool, z.object({ seen: z.boolean() }), sql(within), [reach.parameter, list])).seen;
        const expected = own === null || (list !== null && !list.includes('320921101'));
        expect([list, places.coversAll(list), classes.coversAllClasses(list)]).toEqual([list, expected, expected]);
        expect(await asked(places, allWithinTownships('list', '$1'))).toBe(expected);
        expect(await asked(classes, allWithinClasses('list', '$1'))).toBe(expected);
      }
    }
  });

  const PLACED = `unnest(ARRAY['320921100', '320921100', '320921101', NULL, '320921100'], ARRAY['微腐败', '官僚主义', '微腐败', '微腐败', NULL]) AS t (place, class)`;
  const seenWith = (parameter: unknown) =>
    rows(
      pool,
      z.object({ place: z.string().nullable(), class: z.string().nullable(), seen: z.boolean() }),
      `SELECT place, class, ${withinReach({ townshipCode: 'place', problemClass: 'class' }, '$1')} IS TRUE AS seen FROM ${PLACED}`,
      [parameter],
    );

  test('is the classes of the person too, in SQL as in the process', async () => {
    const reaches = [null, ['320921100']].flatMap((places) => [null, ['微腐败']].map((classes) => reachOf(places, classes)));
    for (const reach of reaches)
      for (const { place, class: problemClass, seen } of await seenWith(reach.parameter))
        expect(seen).toBe(reach.coversFinding({ townshipCode: place, problemClass }));
  });

  test('of anything but a reach is nothing', async () => {
    for (const parameter of [null, '', 'all', ['320921100'], 'some', `{320921100}`])
      expect((await seenWith(parameter)).filter(({ seen }) => seen)).toEqual([]);
  });

  test('by a code that holds a separator reaches no other code', async () => {
    const reach = reachOf(['320921101\u001F320921100', '\u001Eall'], ['官僚主义\u001Eall']);
    expect((await seenWith(reach.parameter)).filter(({ seen }) => seen)).toEqual([]);
  });

  test('of classes is for those who see findings and need not see all', async () => {
    const limited = {
      displayName: '某人',
      townshipCodes: null,
      problemClasses: ['微腐败'],
      password: PASSWORD,
      mustChangePassword: false,
    };
    const user = await users.create({ ...limited, account: 'qian', role: 'analyst' });
    expect(user?.problemClasses).toEqual(['微腐败']);
    for (const role of ['commission-leader', 'system-administrator', 'unit-liaison'] as const)
      await expect(
        users.create({ ...limited, account: 'sun', role, unitCodes: role === 'unit-liaison' ? ['U'] : [] }),
      ).rejects.toThrow(/类别/u);
    await expect(users.create({ ...limited, account: 'sun', role: 'analyst', problemClasses: [] })).rejects.toThrow(
      '至少选择一个问题类别',
    );
    await expect(pool.query(`UPDATE access_user SET role = 'commission-leader' WHERE account = 'qian'`)).rejects.toThrow(
      'access_user_all_classes',
    );
  });

  test('of nothing, or less than the county for an administrator, is refused, by the table too', async () => {
    await expect(make('zhao', 'analyst', [])).rejects.toMatchObject({ code: 'invalid' });
    await expect(make('zhao', 'system-administrator', ['320921100'])).rejects.toMatchObject({ code: 'invalid' });
    await make('chief', 'commission-leader', null);
    await expect(pool.query("UPDATE access_user SET township_codes = '{}'")).rejects.toThrow('check constraint');
    await expect(
      pool.query("UPDATE access_user SET township_codes = '{320921100}' WHERE role = 'commission-leader'"),
    ).rejects.toThrow('check constraint');
  });
});

describe('the audit log', () => {
  test.each(['UPDATE access_audit SET reason = NULL', 'DELETE FROM access_audit', 'TRUNCATE access_audit'])(
    'refuses %s',
    async (sql) => {
      await audit.record({ account: 'x', address: null }, { action: 'sign-in' });
      await expect(pool.query(sql)).rejects.toThrow('append-only');
    },
  );

  test('holds failed sign-ins and refused attempts, newest first', async () => {
    await open('li.fen', 'wrong').catch(() => {});
    const { session } = await open('li.fen', PASSWORD);
    clock.advanceBy(DAY_MS);
    const actor = { user: session.user, address: '10.0.0.1' };
    await expect(requireAction(audit, actor, 'manage-teams', 'teams')).rejects.toMatchObject({ code: 'forbidden' });
    const [last, second, third] = (await audit.list({}, { cursor: null, limit: 3 })).items;
    expect(last).toMatchObject({ action: 'refused', object: 'teams', actorAccount: 'li.fen', succeeded: false });
    expect([second?.succeeded, third?.succeeded]).toEqual([true, false]);
    expect((await audit.list({}, { cursor: last?.id ?? null, limit: 1 })).items).toEqual([second]);
  });
});
