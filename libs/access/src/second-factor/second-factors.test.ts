import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, MINUTE_MS, SECOND_MS, sequentialIds } from '@tianyan/kernel';
import { row, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import {
  accessMigrations,
  FREE_FAILURES,
  Grants,
  MAX_CODES_PER_STEP,
  People,
  RECOVERY_CODES,
  Seal,
  SecondFactors,
  SIGN_IN_STEP_MS,
  type Role,
  type User,
} from '../index.js';
import { SEAL_SECRET, signedIn, signInProcess } from '../sign-in.test-fixture.js';
import { totpCodeOf } from '../testing/index.js';

const START_MS = Date.parse('2026-07-01T08:00:10+08:00');
const PASSWORD = 'Correct-horse-7';
const ADDRESS = '10.0.0.1';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let parts: ReturnType<typeof signInProcess>;
let user: User;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await pool.query('DELETE FROM access_grant; DELETE FROM access_user; DELETE FROM access_sign_in_failure');
  clock = new ManualClock(START_MS);
  parts = signInProcess(pool, clock);
  user = await make('li.fen', 'analyst');
});

async function make(account: string, role: Role): Promise<User> {
  const of = { account, displayName: account, role, townshipCodes: null, password: PASSWORD, mustChangePassword: false };
  const made = await parts.users.create(of);
  if (!made) throw new Error('taken');
  return made;
}

const codeOf = (secret: string, atMs = clock.nowMs()) => totpCodeOf(secret, atMs);
const open = (by = parts) => by.signIn.open({ account: 'li.fen', password: PASSWORD, address: ADDRESS });
const actor = () => ({ user, address: ADDRESS });

/** Sets one up, and waits until its first code is no more. */
async function enrolled(): Promise<{ secret: string; recovery: string[] }> {
  const { secret } = await parts.secondFactors.begin(actor());
  const recovery = await parts.secondFactors.confirm(actor(), codeOf(secret), 'none');
  clock.advanceBy(90 * SECOND_MS);
  return { secret, recovery };
}

/** The token of somebody half signed in. */
async function half(by = parts): Promise<string> {
  const answer = await open(by);
  if (answer.state !== 'code-awaited') throw new Error('no code is asked for');
  return answer.token;
}
const complete = (token: string, code: string, by = parts) => by.signIn.complete({ token, code, address: ADDRESS });
const actions = async () => (await parts.audit.list({}, { cursor: null, limit: 50 })).items.map(({ action }) => action);

describe('setting it up', () => {
  test('counts from the first code on; a wrong one changes nothing', async () => {
    const { secret, uri } = await parts.secondFactors.begin(actor());
    expect(decodeURIComponent(uri)).toMatch(/^otpauth:\/\/totp\/天眼监督:li\.fen\?secret=/);
    expect((await open()).state).toBe('signed-in');
    const wrong = codeOf(secret, clock.nowMs() - 10 * MINUTE_MS);
    await expect(parts.secondFactors.confirm(actor(), wrong, 'none')).rejects.toMatchObject({ code: 'invalid' });
    expect((await open()).state).toBe('signed-in');
    const recovery = await parts.secondFactors.confirm(actor(), codeOf(secret), 'none');
    expect(new Set(recovery).size).toBe(RECOVERY_CODES);
    expect(recovery.every((code) => /^([a-z2-9]{4}-){2}[a-z2-9]{4}$/.test(code))).toBe(true);
    expect((await open()).state).toBe('code-awaited');
    await expect(parts.secondFactors.begin(actor())).rejects.toMatchObject({ code: 'conflict' });
    expect(await actions()).toContain('enrol-second-factor');
  });

  test('ends the other sessions, which showed no code; a picture that stood too long is made anew', async () => {
    const here = signedIn(await open());
    const elsewhere = signedIn(await open());
    const old = await parts.secondFactors.begin(actor());
    clock.advanceBy(16 * MINUTE_MS);
    const late = parts.secondFactors.confirm(actor(), codeOf(old.secret), here.session.tokenDigest);
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    const { secret } = await parts.secondFactors.begin(actor());
    await parts.secondFactors.confirm(actor(), codeOf(secret), here.session.tokenDigest);
    expect([await parts.sessions.find(here.token), await parts.sessions.find(elsewhere.token)]).toEqual([
      expect.anything(),
      null,
    ]);
  });

  test('neither the secret nor a recovery code can be read in the database, nor by another key, nor as another’s', async () => {
    const { secret, recovery } = await enrolled();
    const { all } = await row(
      pool,
      z.object({ all: z.string() }),
      `SELECT (SELECT string_agg(t::text, '') FROM access_totp t) || (SELECT string_agg(r::text, '') FROM access_recovery_code r) AS all`,
    );
    for (const told of [secret, ...recovery, ...recovery.map((code) => code.replaceAll('-', ''))])
      expect(all).not.toContain(told);
    const seal = new Seal(SEAL_SECRET);
    const sealed = seal.seal(secret, 'totp/a');
    expect(seal.open(sealed, 'totp/a')).toBe(secret);
    expect([seal.open(sealed, 'totp/b'), new Seal(`${SEAL_SECRET}!`).open(sealed, 'totp/a')]).toEqual([null, null]);
    expect([seal.open(sealed.slice(0, -4), 'totp/a'), seal.open('', 'totp/a')]).toEqual([null, null]);
    expect(seal.seal(secret, 'totp/a')).not.toBe(sealed);
  });

  test('with another key nobody gets in by a code, and it is said why', async () => {
    const { secret } = await enrolled();
    const other = new SecondFactors({ pool, clock, seal: new Seal('another secret, as long as thirty-two'), audit: parts.audit });
    await expect(other.take(user.id, codeOf(secret))).rejects.toThrow('another key');
  });
});

describe('the second step', () => {
  test('half signed in is no session; the code makes it one, once', async () => {
    const { secret } = await enrolled();
    const token = await half();
    expect(await parts.sessions.find(token)).toBeNull();
    const { token: whole, session } = await complete(token, codeOf(secret));
    expect(session.user.account).toBe('li.fen');
    expect(await parts.sessions.find(whole)).not.toBeNull();
    clock.advanceBy(30 * SECOND_MS);
    await expect(complete(token, codeOf(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await actions()).slice(0, 2)).toEqual(['sign-in', 'first-step']);
  });

  test('a telephone may be a step off, not two; spaces do not matter', async () => {
    const { secret } = await enrolled();
    const at = async (offMs: number) => {
      const code = codeOf(secret, clock.nowMs() + offMs);
      return complete(await half(), `${code.slice(0, 3)} ${code.slice(3)}`).then(
        () => true,
        () => false,
      );
    };
    expect(await at(-60 * SECOND_MS)).toBe(false);
    expect(await at(60 * SECOND_MS)).toBe(false);
    expect(await at(-30 * SECOND_MS)).toBe(true);
    expect(await at(30 * SECOND_MS)).toBe(true);
    // Of a step before one that was taken.
    expect(await at(0)).toBe(false);
  });

  test('a code is taken once, also by two processes at the same moment', async () => {
    const { secret } = await enrolled();
    const other = signInProcess(pool, clock);
    const tokens = [await half(), await half(), await half(), await half()];
    const code = codeOf(secret);
    const tries = await Promise.allSettled(tokens.map((token, i) => complete(token, code, i % 2 ? other : parts)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a recovery code opens once, as it was written down, and is on record', async () => {
    const { recovery } = await enrolled();
    const [first = '', second = ''] = recovery;
    await complete(await half(), first.toUpperCase());
    await expect(complete(await half(), first)).rejects.toMatchObject({ code: 'invalid' });
    await complete(await half(), second.replaceAll('-', ''));
    expect((await parts.secondFactors.enrolled(user.id))?.recoveryCodesLeft).toBe(RECOVERY_CODES - 2);
    expect((await actions()).filter((action) => action === 'use-recovery-code')).toHaveLength(2);
    expect(await actions()).toContain('refuse-second-factor');
  });

  test('ends after some minutes, some codes, a reset or a lock', async () => {
    const { secret } = await enrolled();
    const late = await half();
    clock.advanceBy(SIGN_IN_STEP_MS);
    await expect(complete(late, codeOf(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
    const used = await half();
    for (let i = 0; i < MAX_CODES_PER_STEP; i++)
      await expect(complete(used, 'abcdef')).rejects.toMatchObject({ code: 'invalid' });
    expect(await parts.steps.userIdOf(used)).toBeNull();
    await expect(complete(used, codeOf(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
    const before = await half();
    await pool.query(`UPDATE access_user SET password_hash = password_hash || '.' WHERE id = $1`, [user.id]);
    await expect(complete(before, codeOf(secret))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('whoever has the password alone is held up by the same limits: knowing it gives no attempt back', async () => {
    await enrolled();
    const refusals = async () => (await actions()).filter((action) => action === 'refuse-second-factor').length;
    const before = await refusals();
    const guess = async () => {
      const token = await half();
      for (let i = 0; i < MAX_CODES_PER_STEP; i++) await complete(token, '000000').catch((error: unknown) => held(error));
    };
    const held = (error: unknown) => {
      if ((error as { code?: string }).code !== 'invalid') throw error;
    };
    const rounds = async () => {
      for (let i = 0; i < FREE_FAILURES.pair; i++) await guess();
    };
    await expect(rounds()).rejects.toMatchObject({ code: 'too-many' });
    // The right password is not looked at either.
    await expect(open()).rejects.toMatchObject({ code: 'too-many' });
    // Of each round one code goes with the password, and no more.
    expect((await refusals()) - before).toBeLessThanOrEqual(FREE_FAILURES.pair);
  });
});

describe('who must have one', () => {
  const demand = { roles: ['security-administrator'], identityServiceAsks: false } as const;

  test('is told so by the session until it is there; others are not', async () => {
    const asked = signInProcess(pool, clock, demand);
    expect(signedIn(await open(asked)).session.mustEnrolSecondFactor).toBe(false);
    const sun = await make('sun.li', 'security-administrator');
    const { token, session } = signedIn(await asked.signIn.open({ account: 'sun.li', password: PASSWORD, address: ADDRESS }));
    expect(session.mustEnrolSecondFactor).toBe(true);
    const { secret } = await asked.secondFactors.begin({ user: sun, address: ADDRESS });
    await asked.secondFactors.confirm({ user: sun, address: ADDRESS }, codeOf(secret), session.tokenDigest);
    expect((await asked.sessions.find(token))?.mustEnrolSecondFactor).toBe(false);
  });

  test('a reset by two takes it away with the password, and so does the server’s own way back in', async () => {
    const people = new People({ pool, clock, audit: parts.audit });
    const grants = new Grants({ pool, ids: sequentialIds('g'), clock, audit: parts.audit });
    const security = { user: await make('sun.li', 'security-administrator'), address: null };
    const auditor = { user: await make('qian.ming', 'audit-administrator'), address: null };
    await enrolled();
    const asked = await grants.propose(security, { kind: 'reset', userId: user.id }, '手机丢失');
    expect(await parts.secondFactors.enrolled(user.id)).not.toBeNull();
    await grants.confirm(auditor, asked.id, '本人到场');
    expect(await parts.secondFactors.enrolled(user.id)).toBeNull();
    await people.issuePassword(security, user.id);
    await enrolled();
    await people.resetOnServer('li.fen');
    expect(await parts.secondFactors.enrolled(user.id)).toBeNull();
  });
});

describe('by the identity service', () => {
  const named = (trustsFactor: boolean, account = 'Li.Fen') =>
    parts.signIn.openNamed({ account, address: ADDRESS, trustsFactor });

  test('an account that is here is opened, none is made, a locked one is refused', async () => {
    const { session } = signedIn(await named(false));
    expect(session).toMatchObject({ signedInBy: 'identity-service', user: { account: 'li.fen' } });
    expect(await named(false, 'nobody')).toEqual({ state: 'refused', why: 'unknown-account' });
    expect(await parts.users.findForSignIn('nobody')).toBeNull();
    await pool.query('UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [user.id]);
    expect(await named(true)).toEqual({ state: 'refused', why: 'locked' });
  });

  test('a code is asked for here too, unless the service is trusted with it', async () => {
    const { secret } = await enrolled();
    const answer = await named(false);
    expect(answer.state).toBe('code-awaited');
    const token = answer.state === 'code-awaited' ? answer.token : '';
    const { session } = await complete(token, codeOf(secret));
    expect(session.signedInBy).toBe('identity-service');
    expect((await named(true)).state).toBe('signed-in');
  });

  test('nobody who comes by it has to make a first password', async () => {
    await pool.query('UPDATE access_user SET must_change_password = true, password_due = true WHERE id = $1', [user.id]);
    expect(signedIn(await named(false)).session.user.mustChangePassword).toBe(false);
    await expect(open()).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
