import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, MINUTE_MS, SECOND_MS, sequentialIds } from '@tianyan/kernel';
import { row, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import { accessMigrations, Grants, MAX_CODES_PER_STEP, MAX_PASSKEYS, passkeyMadeSchema, type User } from '../index.js';
import { signInProcess } from '../sign-in.test-fixture.js';
import { PasskeyDevice, totpCodeOf } from '../testing/index.js';

const PASSWORD = 'Correct-horse-7';
const ADDRESS = '10.0.0.1';
const SITE = { origin: 'https://tianyan.example.gov.cn', rpId: 'tianyan.example.gov.cn' };
const EVIL = { origin: 'https://tianyan.example.evil', rpId: 'tianyan.example.evil' };
/** Of the session that enrols. */
const DESK = 'digest-of-a-session';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let parts: ReturnType<typeof signInProcess>;
let user: User;
let secret: string;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await pool.query('DELETE FROM access_grant; DELETE FROM access_user; DELETE FROM access_sign_in_failure');
  clock = new ManualClock(Date.parse('2026-07-01T08:00:10+08:00'));
  parts = signInProcess(pool, clock);
  user = await make('li.fen');
  secret = (await parts.secondFactors.begin(actor())).secret;
  await parts.secondFactors.confirm(actor(), totpCodeOf(secret, clock.nowMs()), 'none');
  clock.advanceBy(90 * SECOND_MS);
});

async function make(account: string): Promise<User> {
  const of = {
    displayName: account,
    role: 'analyst',
    townshipCodes: null,
    password: PASSWORD,
    mustChangePassword: false,
  } as const;
  const made = await parts.users.create({ account, ...of });
  if (!made) throw new Error('taken');
  return made;
}
const actor = () => ({ user, address: ADDRESS });

async function enrolled(name = '办公桌上的', device = new PasskeyDevice()): Promise<PasskeyDevice> {
  const { challenge } = await parts.passkeys.beginEnrolment(actor(), DESK, SITE);
  await parts.passkeys.enrol(actor(), DESK, { site: SITE, name, made: device.make({ challenge, ...SITE }) });
  return device;
}

/** The token of somebody half signed in. */
async function half(): Promise<string> {
  const answer = await parts.signIn.open({ account: 'li.fen', password: PASSWORD, address: ADDRESS });
  if (answer.state !== 'code-awaited') throw new Error('no code is asked for');
  return answer.token;
}
const ask = async (token: string, site = SITE) => (await parts.signIn.askPasskey(token, site)).challenge;
const complete = (token: string, shown: ReturnType<PasskeyDevice['show']>, site = SITE) =>
  parts.signIn.completeByPasskey({ token, shown, site, address: ADDRESS });
const actions = async () => (await parts.audit.list({}, { cursor: null, limit: 50 })).items.map(({ action }) => action);
const stored = () =>
  row(pool, z.object({ counter: z.int(), backed_up: z.boolean(), syncable: z.boolean() }), 'SELECT * FROM access_passkey');

describe('a passkey', () => {
  test('takes the place of a code; the counter and what is copied are kept', async () => {
    const device = await enrolled();
    expect(await parts.passkeys.list(user.id)).toMatchObject([{ name: '办公桌上的', usedAtMs: null, backedUp: false }]);
    const token = await half();
    device.counter = 7;
    const challenge = await ask(token);
    const { session } = await complete(token, device.show({ challenge, ...SITE }));
    expect(session.user.account).toBe('li.fen');
    expect(await stored()).toEqual({ counter: 7, backed_up: false, syncable: false });
    expect((await parts.passkeys.list(user.id))[0]?.usedAtMs).toBe(clock.nowMs());
    expect((await actions()).slice(0, 3)).toEqual(['sign-in', 'first-step', 'enrol-passkey']);
  });

  test('that is kept by the person’s devices together is told apart', async () => {
    const device = new PasskeyDevice();
    device.backedUp = true;
    await enrolled('手机', device);
    expect(await stored()).toEqual({ counter: 0, backed_up: true, syncable: true });
  });

  test('is made by whoever has codes alone, by the session that began, once, and in time', async () => {
    const device = new PasskeyDevice();
    const begin = async () => (await parts.passkeys.beginEnrolment(actor(), DESK, SITE)).challenge;
    const enrol = (challenge: string, holder = DESK) =>
      parts.passkeys.enrol(actor(), holder, { site: SITE, name: '一', made: device.make({ challenge, ...SITE }) });
    const first = await begin();
    await expect(enrol(first, 'another-session')).rejects.toMatchObject({ code: 'conflict' });
    clock.advanceBy(3 * MINUTE_MS);
    await expect(enrol(first)).rejects.toThrow('登记等待的时间过长');
    const second = await begin();
    await expect(enrol(first)).rejects.toMatchObject({ code: 'invalid' });
    // It was answered, though wrongly.
    await expect(enrol(second)).rejects.toThrow('登记等待的时间过长');
    await enrol(await begin());
    await expect(enrol(await begin())).rejects.toThrow('已有一个同名的通行密钥');
    await parts.secondFactors.remove(actor());
    await expect(begin()).rejects.toThrow('请先启用动态验证码');
    expect(await parts.passkeys.list(user.id)).toEqual([]);
  });

  test('is made for this site, by somebody who showed the device who they are', async () => {
    const device = new PasskeyDevice();
    for (const wrong of [{ origin: EVIL.origin }, { rpId: EVIL.rpId }, { verified: false }]) {
      const { challenge } = await parts.passkeys.beginEnrolment(actor(), DESK, SITE);
      const made = device.make({ challenge, ...SITE, ...wrong });
      await expect(parts.passkeys.enrol(actor(), DESK, { site: SITE, name: '一', made })).rejects.toMatchObject({
        code: 'invalid',
      });
    }
    expect(await parts.passkeys.list(user.id)).toEqual([]);
  });

  test('of which there are ten at most; somebody else’s is not there', async () => {
    for (let n = 0; n < MAX_PASSKEYS; n++) await enrolled(`第 ${n} 个`);
    await expect(parts.passkeys.beginEnrolment(actor(), DESK, SITE)).rejects.toThrow('最多可登记 10 个');
    const [first] = await parts.passkeys.list(user.id);
    const other = { user: await make('zhou'), address: ADDRESS };
    await expect(parts.passkeys.remove(other, first?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
    await parts.passkeys.remove(actor(), first?.id ?? '');
    expect(await parts.passkeys.list(user.id)).toHaveLength(MAX_PASSKEYS - 1);
  });
});

describe('what is shown at the sign-in does not hold', () => {
  const refused = { code: 'invalid' };

  test('twice, of another site, without the person, by another key, or for another challenge', async () => {
    const device = await enrolled();
    const token = await half();
    const challenge = await ask(token);
    const right = device.show({ challenge, ...SITE });
    await expect(complete(token, device.show({ challenge, ...SITE, verified: false }))).rejects.toMatchObject(refused);
    // The challenge was answered.
    await expect(complete(token, right)).rejects.toMatchObject(refused);
    for (const shown of [
      async () => device.show({ challenge: await ask(token), rpId: SITE.rpId, origin: EVIL.origin }),
      async () => device.show({ challenge: await ask(token), rpId: EVIL.rpId, origin: SITE.origin }),
    ])
      await expect(complete(token, await shown())).rejects.toMatchObject(refused);
    const next = await half();
    await ask(next);
    await expect(complete(next, right)).rejects.toMatchObject(refused);
    const stranger = new PasskeyDevice();
    await expect(complete(next, stranger.show({ challenge: await ask(next), ...SITE }))).rejects.toMatchObject(refused);
    expect(await actions()).toContain('refuse-second-factor');
  });

  test('through a page in between: it is offered nothing', async () => {
    await enrolled();
    const token = await half();
    await expect(ask(token, EVIL)).rejects.toMatchObject({ code: 'conflict' });
    expect(await parts.passkeys.isOffered(user.id, EVIL)).toBe(false);
    expect(await parts.passkeys.isOffered(user.id, SITE)).toBe(true);
  });

  test('of another half session, though by the same person', async () => {
    const device = await enrolled();
    const [first, second] = [await half(), await half()];
    const shown = device.show({ challenge: await ask(first), ...SITE });
    await expect(complete(second, shown)).rejects.toMatchObject(refused);
    await complete(first, shown);
  });

  test('by a copy, whose counter goes back', async () => {
    const device = await enrolled();
    device.counter = 5;
    const first = await half();
    await complete(first, device.show({ challenge: await ask(first), ...SITE }));
    device.counter = 5;
    const second = await half();
    await expect(complete(second, device.show({ challenge: await ask(second), ...SITE }))).rejects.toMatchObject(refused);
  });

  test('more than five times: the first step comes again', async () => {
    const device = await enrolled();
    const token = await half();
    // The limits of sign-ins are not what this is about.
    await pool.query('DELETE FROM access_sign_in_failure');
    for (let n = 0; n < MAX_CODES_PER_STEP; n++) {
      await pool.query('DELETE FROM access_sign_in_failure');
      await expect(complete(token, device.show({ challenge: 'x', ...SITE }))).rejects.toMatchObject(refused);
    }
    await expect(ask(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

test('a reset of the password takes it away, as the codes', async () => {
  await enrolled();
  const ids = sequentialIds('g');
  const grants = new Grants({ pool, ids, clock, audit: parts.audit });
  const of = async (account: string, role: 'security-administrator' | 'audit-administrator') => {
    const made = await parts.users.create({
      account,
      displayName: account,
      role,
      townshipCodes: null,
      password: PASSWORD,
      mustChangePassword: false,
    });
    if (!made) throw new Error('taken');
    return { user: made, address: null };
  };
  const grant = await grants.propose(await of('security', 'security-administrator'), { kind: 'reset', userId: user.id }, '丢失');
  await grants.confirm(await of('audit', 'audit-administrator'), grant.id, '同意');
  expect(await parts.passkeys.list(user.id)).toEqual([]);
});

test('what a browser answers is read with limits', () => {
  const made = new PasskeyDevice().make({ challenge: 'x', ...SITE });
  expect(passkeyMadeSchema.safeParse(made).success).toBe(true);
  const long = { ...made, response: { ...made.response, attestationObject: 'a'.repeat(20_000) } };
  for (const wrong of [long, { ...made, id: '<script>' }, { ...made, type: 'password' }, {}])
    expect(passkeyMadeSchema.safeParse(wrong).success).toBe(false);
});
