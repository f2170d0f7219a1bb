import { DAY_MS, HOUR_MS, ManualClock, sequentialIds } from '@tianyan/kernel';
import { row, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  accessMigrations,
  AuditLog,
  FIRST_DELAY_MS,
  FREE_FAILURES,
  MAX_DELAY_MS,
  MAX_REVEALS_PER_DAY,
  Reveals,
  type SignIn,
  SignInLimits,
  UserStore,
  type Actor,
  type Role,
} from './index.js';
import { signInProcess } from './sign-in.test-fixture.js';

const PASSWORD = 'Correct-horse-7';
const DESK = '10.0.0.1';
const ELSEWHERE = '10.0.0.66';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let users: UserStore;
let audit: AuditLog;
let limits: SignInLimits;
let signIn: SignIn;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await pool.query(
    'DELETE FROM access_session; DELETE FROM access_user; DELETE FROM access_sign_in_failure; DELETE FROM access_known_address',
  );
  clock = new ManualClock(Date.parse('2026-07-01T08:00:00+08:00'));
  users = new UserStore({ pool, ids: sequentialIds('u'), clock });
  audit = new AuditLog(pool, clock);
  limits = new SignInLimits(pool, clock);
  signIn = process1(pool);
  await users.create({
    account: 'li.fen',
    displayName: '李芬',
    role: 'analyst',
    townshipCodes: null,
    password: PASSWORD,
    mustChangePassword: false,
  });
});

const process1 = (own: Pool): SignIn => signInProcess(own, clock).signIn;

const open = (password: string, address: string, account = 'li.fen', by = signIn) => by.open({ account, password, address });
const fail = async (times: number, address: string, account = 'li.fen') => {
  for (let i = 0; i < times; i++)
    await expect(open('wrong', address, account)).rejects.toMatchObject({ code: 'unauthenticated' });
};

describe('guessing one account', () => {
  test('from one address is delayed, and holds nobody up elsewhere', async () => {
    await fail(FREE_FAILURES.pair, ELSEWHERE);
    await expect(open(PASSWORD, ELSEWHERE)).rejects.toMatchObject({ code: 'too-many' });
    await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
    // Neither does the success at the desk help the guesser.
    await expect(open(PASSWORD, ELSEWHERE, 'LI.Fen')).rejects.toMatchObject({ code: 'too-many' });
  });

  test('an unknown account is delayed the same', async () => {
    await fail(FREE_FAILURES.pair, ELSEWHERE, 'nobody');
    await expect(open('wrong', ELSEWHERE, 'nobody')).rejects.toMatchObject({ code: 'too-many' });
  });

  test('the delay grows with each failure, up to a bound', async () => {
    await fail(FREE_FAILURES.pair, ELSEWHERE);
    let delayMs = FIRST_DELAY_MS;
    for (let i = 0; i < 8; i++) {
      clock.advanceBy(delayMs - 1);
      await expect(open(PASSWORD, ELSEWHERE)).rejects.toMatchObject({ code: 'too-many' });
      clock.advanceBy(1);
      await fail(1, ELSEWHERE);
      delayMs = Math.min(MAX_DELAY_MS, delayMs * 2);
    }
    clock.advanceBy(MAX_DELAY_MS);
    await expect(open(PASSWORD, ELSEWHERE)).resolves.toBeDefined();
  });

  test('many guesses at once do not pass together, by however many processes they come', async () => {
    const other = postgres.openPool();
    const processes = [signIn, process1(other)] as const;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, i) => open('wrong', ELSEWHERE, 'li.fen', processes[i % 2] ?? signIn)),
    );
    const looked = outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'unauthenticated');
    expect(looked).toHaveLength(FREE_FAILURES.pair);
    await expect(open(PASSWORD, ELSEWHERE, 'li.fen', processes[1])).rejects.toMatchObject({ code: 'too-many' });
  });

  test('from very many addresses holds up new addresses, not the ones that are known', async () => {
    await open(PASSWORD, DESK);
    for (let i = 0; i < FREE_FAILURES.account; i++) await fail(1, `203.0.113.${i}`);
    await expect(open('wrong', '203.0.113.250')).rejects.toMatchObject({ code: 'too-many' });
    await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
  });
});

test('one address cannot try account after account', async () => {
  for (let i = 0; i < FREE_FAILURES.address; i++) await fail(1, ELSEWHERE, `guess${i}`);
  await expect(open(PASSWORD, ELSEWHERE)).rejects.toMatchObject({ code: 'too-many' });
  await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
});

test('a refused attempt counts nowhere, and failures are forgotten after some hours', async () => {
  await fail(FREE_FAILURES.pair, DESK);
  for (let i = 0; i < 50; i++) await expect(open(PASSWORD, DESK)).rejects.toMatchObject({ code: 'too-many' });
  clock.advanceBy(FIRST_DELAY_MS);
  await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
  await fail(FREE_FAILURES.pair - 1, DESK);
  clock.advanceBy(12 * HOUR_MS);
  await fail(FREE_FAILURES.pair - 1, DESK);
  await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
});

test('an administrator sees the delays and can lift them', async () => {
  await fail(FREE_FAILURES.pair, DESK);
  expect(await limits.blocks()).toMatchObject([{ kind: 'pair', account: 'li.fen', address: DESK }]);
  expect(await limits.unlock({ account: 'Li.Fen' })).toBe(2);
  expect(await limits.blocks()).toEqual([]);
  await expect(open(PASSWORD, DESK)).resolves.toBeDefined();
});

test('the refused are on record: once per delay, not once per attempt', async () => {
  const address = '10.0.0.77';
  await fail(FREE_FAILURES.pair, address);
  for (let i = 0; i < 5; i++) await expect(open(PASSWORD, address)).rejects.toMatchObject({ code: 'too-many' });
  const entries = (await audit.list({}, { cursor: null, limit: 200 })).items.filter((entry) => entry.address === address);
  const refused = entries.filter(({ action }) => action === 'sign-in-refused');
  expect(refused).toMatchObject([{ actorAccount: 'li.fen', succeeded: false }]);
  const pair = `SELECT refused FROM access_sign_in_failure WHERE kind = 'pair'`;
  expect(await row(pool, z.object({ refused: z.int() }), pair)).toEqual({ refused: 5 });
});

describe('looking at personal data', () => {
  const actorOf = async (account: string, role: Role): Promise<Actor> => {
    const user = await users.create({
      account,
      displayName: account,
      role,
      townshipCodes: null,
      password: PASSWORD,
      mustChangePassword: false,
    });
    if (!user) throw new Error('the account exists');
    return { user, address: DESK };
  };
  const reveal = (by: Reveals, actor: Actor, object: string, reason: string | null = '核实') =>
    by.permit(actor, { action: 'read-unmasked-record', object, reason });

  test('is bounded per person and day, whichever process is asked; the same record counts once', async () => {
    const actor = await actorOf('zhou', 'analyst');
    const other = postgres.openPool();
    const processes = [pool, other].map((own) => new Reveals({ pool: own, audit, clock }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: MAX_REVEALS_PER_DAY + 10 }, async (_, i) => {
        const by = processes[i % 2];
        if (by) await reveal(by, actor, `finding/1/evidence/${i}`);
      }),
    );
    const refused = outcomes.flatMap((outcome, i) => (outcome.status === 'rejected' ? [i] : []));
    expect(refused).toHaveLength(10);
    const [reveals] = processes;
    if (!reveals) throw new Error('there are two');
    const seen = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await expect(reveal(reveals, actor, `finding/1/evidence/${seen}`)).resolves.toBeUndefined();
    await expect(reveal(reveals, actor, 'finding/2')).rejects.toMatchObject({
      code: 'too-many',
      message: expect.stringContaining('每人每天'),
    });
    clock.advanceBy(DAY_MS);
    await expect(reveal(reveals, actor, 'finding/2')).resolves.toBeUndefined();
  });

  test('of many at once is all or nothing, and what was seen before costs nothing', async () => {
    const actor = await actorOf('wu', 'analyst');
    const reveals = new Reveals({ pool, audit, clock });
    await reveal(reveals, actor, 'finding/0');
    const asked = { action: 'export-dossier', object: 'clue/1/dossier' } as const;
    const all = (count: number) =>
      reveals.permitAll(actor, {
        asked,
        reason: '移送',
        reveals: Array.from({ length: count }, (_, i) => ({ action: 'read-unmasked-record', object: `finding/${i}` }) as const),
      });
    await expect(all(MAX_REVEALS_PER_DAY + 1)).rejects.toMatchObject({
      code: 'too-many',
      message: expect.stringMatching(/有 100 条今天没有看过.*还可以看 99 条/),
    });
    await expect(all(MAX_REVEALS_PER_DAY)).resolves.toBeUndefined();
    await expect(reveal(reveals, actor, 'other')).rejects.toMatchObject({ code: 'too-many' });
    await expect(all(MAX_REVEALS_PER_DAY)).resolves.toBeUndefined();
    const exported = await audit.list({ actorAccount: 'wu', actions: ['export-dossier'] }, { cursor: null, limit: 10 });
    expect(exported.items).toMatchObject([{ succeeded: false, reason: '移送' }]);
  });

  test('needs a reason and a role; a reader has neither', async () => {
    const reveals = new Reveals({ pool, audit, clock });
    const reader = await actorOf('sun', 'reader');
    await expect(reveal(reveals, reader, 'finding/1')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(reveal(reveals, await actorOf('qian', 'analyst'), 'finding/1', null)).rejects.toMatchObject({ code: 'invalid' });
  });
});
