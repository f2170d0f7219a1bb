import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { inTransaction, row, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import fc from 'fast-check';
import { z } from 'zod';
import {
  accessMigrations,
  AuditLog,
  Grants,
  heldUser,
  People,
  SEPARATE_ADMINISTRATORS,
  UserStore,
  type Actor,
  type Proposal,
  type Role,
  type User,
} from '../index.js';

const PASSWORD = 'Correct-horse-7';
const REASON = '见任命文件';
const HOLDING = {
  displayName: '某人',
  office: '',
  role: 'analyst',
  townshipCodes: null,
  problemClasses: null as string[] | null,
  unitCodes: [] as string[],
} as const;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
});
afterAll(() => postgres.stop());

/** Who handles nothing. */
const NOTHING = { clues: 0, letters: 0, circulars: 0, campaignTasks: 0 };
const LEAVES = { reason: '调离', left: NOTHING, counted: async () => NOTHING };
let users: UserStore;
let people: People;
let grants: Grants;
let made = 0;
/** Two of each administrator, and a leader. */
let staff: Record<string, Actor>;

async function make(account: string, role: Role): Promise<User> {
  const person = { account, displayName: account, role, townshipCodes: null, password: PASSWORD, mustChangePassword: false };
  const user = await users.create(person);
  if (!user) throw new Error(`${account} exists`);
  return user;
}

beforeEach(async () => {
  const { pool } = postgres;
  await pool.query('DELETE FROM access_session; DELETE FROM access_grant; DELETE FROM access_user');
  const clock = new ManualClock(Date.parse('2026-07-01T08:00:00+08:00'));
  const audit = new AuditLog(pool, clock);
  const ids = sequentialIds(`u${++made}-`);
  users = new UserStore({ pool, ids, clock });
  people = new People({ pool, clock, audit });
  grants = new Grants({ pool, ids, clock, audit });
  staff = {};
  for (const role of SEPARATE_ADMINISTRATORS)
    for (const n of [1, 2]) staff[`${role}-${n}`] = { user: await make(`${role}-${n}`, role), address: null };
  staff['leader'] = { user: await make('leader', 'commission-leader'), address: null };
});

const actor = (name: string): Actor =>
  staff[name] ?? { user: { ...HOLDING, id: 'x', account: 'x', mustChangePassword: false }, address: null };
const security = () => actor('security-administrator-1');
const auditor = () => actor('audit-administrator-1');

/** How many of each administrator can sign in. */
async function able(): Promise<Record<string, number>> {
  const found = await rows(
    postgres.pool,
    z.object({ role: z.string(), count: z.int() }),
    'SELECT role, count(*) FROM access_user WHERE locked_at_ms IS NULL AND NOT password_due GROUP BY role',
  );
  return Object.fromEntries(found.map(({ role, count }) => [role, count]));
}

describe('somebody who handles things', () => {
  const HANDLED = { clues: 2, letters: 1, circulars: 1, campaignTasks: 3 };
  const handling = { reason: '调离', counted: async () => HANDLED };
  const left = async () =>
    (
      await rows(postgres.pool, z.object({ object: z.string() }), "SELECT object FROM access_audit WHERE action = 'lock-person'")
    ).at(-1);

  test('is not locked before they are handed over, or named as left by their number', async () => {
    const { id } = actor('leader').user;
    const others = [{ clues: 0 }, { letters: 0 }, { circulars: 0 }, { campaignTasks: 0 }];
    for (const other of others)
      await expect(people.lock(security(), id, { ...handling, left: { ...HANDLED, ...other } })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('手上还有2 条线索、1 份督办函、1 份通报、3 件待复查的工单没有办结'),
      });
    expect((await users.list()).map((user) => user.id)).toContain(id);
    await people.lock(security(), id, { ...handling, left: HANDLED });
    expect((await users.list()).map((user) => user.id)).not.toContain(id);
    expect(await left()).toEqual({ object: 'person/leader/left/clues-2/letters-1/circulars-1/campaignTasks-3' });
  });
});

test('what somebody is just being given is counted before the account is locked', async () => {
  const { id } = actor('leader').user;
  let clues = 0;
  let locked: Promise<unknown> = Promise.resolve();
  await inTransaction(postgres.pool, async (client) => {
    expect((await heldUser(client, id))?.id).toBe(id);
    locked = people
      .lock(security(), id, { ...LEAVES, counted: async () => ({ clues, letters: 0, circulars: 0, campaignTasks: 0 }) })
      .catch((error: unknown) => error);
    const waits = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()) AS waiting`;
    while (!(await row(postgres.pool, z.object({ waiting: z.boolean() }), waits)).waiting);
    clues = 1;
  });
  expect(await locked).toMatchObject({ code: 'conflict', message: expect.stringContaining('手上还有1 条线索') });
  expect((await users.list()).map((user) => user.id)).toContain(id);
});

describe('two at once', () => {
  test('confirm and reject: one of them; what is refused has changed nothing', async () => {
    const { id } = await grants.propose(security(), { kind: 'make', account: 'new', ...HOLDING }, REASON);
    const answers = await Promise.allSettled([
      grants.confirm(auditor(), id, '同意'),
      grants.reject(actor('leader'), id, '不合适'),
      grants.withdraw(security(), id, '再想想'),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const confirmed = answers[0]?.status === 'fulfilled';
    expect((await people.list()).some(({ account }) => account === 'new')).toBe(confirmed);
    const audited = await rows(
      postgres.pool,
      z.object({ action: z.string() }),
      "SELECT action FROM access_audit WHERE object LIKE 'grant/' || $1 || '/%' ORDER BY id",
      [id],
    );
    expect(audited).toHaveLength(2);
  });

  test('lock the last two of a kind: one stays', async () => {
    const [first, second] = [actor('system-administrator-1'), actor('system-administrator-2')];
    const answers = await Promise.allSettled([first, second].map(({ user }) => people.lock(security(), user.id, LEAVES)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await able())['system-administrator']).toBe(1);
  });

  test('propose the same account: one waits', async () => {
    const proposal = { kind: 'make', account: 'twice', ...HOLDING } as const;
    const answers = await Promise.allSettled([
      grants.propose(security(), proposal, REASON),
      grants.propose(actor('security-administrator-2'), proposal, REASON),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

test('whatever is done to whom, in whatever order, each administrator is still held by somebody who can sign in', async () => {
  const names = [...SEPARATE_ADMINISTRATORS.flatMap((role) => [`${role}-1`, `${role}-2`]), 'leader'];
  const step = fc.record({
    who: fc.constantFrom(...names),
    to: fc.constantFrom(...names),
    what: fc.constantFrom<'lock' | 'unlock' | 'reset' | 'change' | 'issue'>('lock', 'unlock', 'reset', 'change', 'issue'),
    role: fc.constantFrom<Role>('analyst', 'reader', ...SEPARATE_ADMINISTRATORS),
    reviewer: fc.constantFrom(...names),
  });
  const proposalOf = (what: 'unlock' | 'reset' | 'change', userId: string, role: Role): Proposal =>
    what === 'change' ? { kind: 'change', userId, ...HOLDING, role } : { kind: what, userId };
  let refused = 0;
  let done = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      for (const { who, to, what, role, reviewer } of steps) {
        const { id } = actor(to).user;
        try {
          if (what === 'lock') await people.lock(actor(who), id, LEAVES);
          else if (what === 'issue') await people.issuePassword(actor(who), id);
          else {
            const grant = await grants.propose(actor(who), proposalOf(what, id, role), REASON);
            await grants.confirm(actor(reviewer), grant.id, '同意').catch(() => grants.withdraw(actor(who), grant.id, '撤回'));
          }
          done++;
        } catch {
          refused++;
        }
        const left = await able();
        for (const kind of SEPARATE_ADMINISTRATORS) expect(left[kind] ?? 0).toBeGreaterThan(0);
      }
    }),
    { numRuns: 40, seed: 7 },
  );
  // Both happened, or nothing was tried.
  expect([refused > 20, done > 20]).toEqual([true, true]);
});

describe('whoever was let in a moment ago', () => {
  const newcomer = { kind: 'make', account: 'new', ...HOLDING } as const;

  test('and is locked meanwhile neither proposes, reviews, locks nor fetches a password', async () => {
    const { id } = await grants.propose(actor('security-administrator-2'), newcomer, REASON);
    await people.lock(actor('security-administrator-2'), security().user.id, LEAVES);
    await people.lock(actor('security-administrator-2'), auditor().user.id, LEAVES);
    const forbidden = { code: 'forbidden' };
    await expect(grants.propose(security(), { ...newcomer, account: 'other' }, REASON)).rejects.toMatchObject(forbidden);
    await expect(grants.confirm(auditor(), id, '同意')).rejects.toMatchObject(forbidden);
    await expect(people.lock(security(), actor('leader').user.id, LEAVES)).rejects.toMatchObject(forbidden);
    await expect(people.issuePassword(security(), actor('leader').user.id)).rejects.toMatchObject(forbidden);
  });

  test('what a locked administrator proposed is not confirmed any more, and can be rejected', async () => {
    const { id } = await grants.propose(security(), newcomer, REASON);
    await people.lock(actor('security-administrator-2'), security().user.id, LEAVES);
    await expect(grants.confirm(auditor(), id, '同意')).rejects.toMatchObject({ code: 'conflict' });
    await expect(grants.reject(auditor(), id, '申请人已停用')).resolves.toMatchObject({ state: 'rejected' });
  });

  test('what one tried for oneself is refused, and stands in the log', async () => {
    await expect(grants.propose(security(), { kind: 'reset', userId: security().user.id }, REASON)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const [last] = (await new AuditLog(postgres.pool, new ManualClock(0)).list({}, { cursor: null, limit: 1 })).items;
    const { account } = security().user;
    expect(last).toMatchObject({ action: 'refused', actorAccount: account, object: `person/${account}`, succeeded: false });
  });

  test('nobody is given the name under which the server itself stands in the log', async () => {
    await expect(grants.propose(security(), { ...newcomer, account: 'server' }, REASON)).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

test('who comes to review needs a new first password: whoever proposed it may know the one of before', async () => {
  const worker = await make('worker', 'analyst');
  const change = { kind: 'change', userId: worker.id, ...HOLDING, role: 'audit-administrator' } as const;
  const { id } = await grants.propose(security(), change, REASON);
  await grants.confirm(auditor(), id, '同意');
  const person = (await people.list()).find(({ account }) => account === 'worker');
  expect(person).toMatchObject({ role: 'audit-administrator', passwordDue: true });
  await expect(people.issuePassword(security(), worker.id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(people.issuePassword(auditor(), worker.id)).resolves.toMatchObject({ account: 'worker' });
});

describe('on the server', () => {
  test('the password of whoever is locked out is made anew, on record', async () => {
    const password = await people.resetOnServer('Security-Administrator-1');
    const found = await users.findForSignIn('security-administrator-1');
    expect(found?.user.mustChangePassword).toBe(true);
    expect(password).toHaveLength(16);
    const [last] = (await new AuditLog(postgres.pool, new ManualClock(0)).list({}, { cursor: null, limit: 1 })).items;
    expect(last).toMatchObject({ action: 'reset-on-server', actorAccount: 'server', object: 'person/security-administrator-1' });
    await expect(people.resetOnServer('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('classes of problems are granted by two; what is not said of them stays as it is', async () => {
  const user = await make('wu', 'analyst');
  const classesOf = async () => (await users.list()).find(({ id }) => id === user.id)?.problemClasses;
  const change = async (asked: Partial<Extract<Proposal, { kind: 'change' }>>) => {
    const { problemClasses: _, ...holding } = HOLDING;
    const { id } = await grants.propose(security(), { kind: 'change', userId: user.id, ...holding, ...asked }, REASON);
    expect(await classesOf()).toEqual(before);
    await grants.confirm(auditor(), id, REASON);
    before = await classesOf();
    return before;
  };
  let before = await classesOf();
  expect(await change({ problemClasses: ['微腐败', '官僚主义', '微腐败'] })).toEqual(['官僚主义', '微腐败']);
  expect(await change({ office: '二室' })).toEqual(['官僚主义', '微腐败']);
  await expect(change({ role: 'commission-leader' })).rejects.toThrow('问题类别只能是全部');
  expect(await change({ role: 'commission-leader', problemClasses: null })).toBeNull();
});
