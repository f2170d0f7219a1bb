import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import fc from 'fast-check';
import { z } from 'zod';
import {
  accessMigrations,
  AuditLog,
  Grants,
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
const HOLDING = { displayName: '某人', office: '', role: 'analyst', townshipCodes: null } as const;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
});
afterAll(() => postgres.stop());

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
    const answers = await Promise.allSettled([first, second].map(({ user }) => people.lock(security(), user.id, '调离')));
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
          if (what === 'lock') await people.lock(actor(who), id, '调离');
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
