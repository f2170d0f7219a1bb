import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { totpCodeOf } from '@tianyan/access/testing';
import { SECOND_MS } from '@tianyan/kernel';
import {
  begunSecondFactorSchema,
  recoveryCodesSchema,
  secondFactorSchema,
  sessionSchema,
  signInWaysSchema,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, AUDITOR, SECURITY, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
beforeAll(async () => {
  fixture = await startConsole({ env: { TIANYAN_SECOND_FACTOR_ROLES: 'security-administrator, commission-leader' } });
});
afterAll(() => fixture.stop());

const codeOf = (secret: string) => totpCodeOf(secret, fixture.machineClock.nowMs());

async function enrol(client: ApiClient, currentPassword: string): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = await client.post('/api/session/second-factor', { currentPassword });
  const { secret } = begunSecondFactorSchema.parse(begun.body);
  const confirmed = await client.post('/api/session/second-factor/confirm', { code: codeOf(secret) });
  const { recoveryCodes } = recoveryCodesSchema.parse(confirmed.body);
  // The first code is taken: the next is the next step's.
  fixture.machineClock.advanceBy(30 * SECOND_MS);
  return { secret, recoveryCodes };
}

describe('a person of a role that must have one', () => {
  test('can do nothing else before, then everything, and signs in by it', async () => {
    const client = await fixture.signedIn(SECURITY);
    expect(sessionSchema.parse((await client.get('/api/session')).body).mustEnrolSecondFactor).toBe(true);
    for (const path of ['/api/people', '/api/session/all', '/api/inbox']) {
      const { status, body } = await client.get(path);
      expect([path, status, body.code]).toEqual([path, 403, 'second-factor-required']);
    }
    expect(secondFactorSchema.parse((await client.get('/api/session/second-factor')).body)).toEqual({
      required: true,
      passwordNeeded: true,
      enrolled: null,
    });
    const { secret } = await enrol(client, SECURITY.password);
    expect((await client.get('/api/people')).status).toBe(200);

    const again = fixture.client();
    const first = await again.post('/api/session', SECURITY);
    expect([first.status, Object.keys(first.body)]).toEqual([200, ['codeAwaitedUntilMs']]);
    expect(again.setCookie).toMatch(/^tianyan_sign_in_step=.*HttpOnly.*SameSite=Strict/);
    // Half signed in opens nothing else, also in the place of a session.
    expect((await again.get('/api/session')).status).toBe(401);
    const asSession = `tianyan_session=${again.cookie?.split('=')[1]}`;
    expect((await again.get('/api/session', { cookie: asSession })).status).toBe(401);
    expect(signInWaysSchema.parse((await again.get('/api/session/ways')).body).awaitsCode).toBe(true);
    const wrong = await again.post('/api/session/code', { code: '12345a' });
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('验证码不正确')]);
    expect((await again.post('/api/session/code', { code: codeOf(secret) })).status).toBe(200);
    expect((await again.get('/api/people')).status).toBe(200);
  });

  test('and sets up another at once when it was taken away', async () => {
    const client = fixture.client();
    await fixture.pool.query(`DELETE FROM access_totp`);
    await client.post('/api/session', SECURITY);
    expect((await client.get('/api/people')).body.code).toBe('second-factor-required');
  });
});

describe('anybody else', () => {
  test('may have one; the password is asked for first, a code to take it away', async () => {
    const client = await fixture.signedIn(ANALYST);
    const elsewhere = await fixture.signedIn(ANALYST);
    for (const body of [{}, { currentPassword: 'wrong' }])
      expect((await client.post('/api/session/second-factor', body)).status).toBe(400);
    const { secret, recoveryCodes } = await enrol(client, ANALYST.password);
    expect(recoveryCodes).toHaveLength(10);
    expect((await elsewhere.get('/api/session')).status).toBe(401);
    expect((await client.post('/api/session/second-factor', { currentPassword: ANALYST.password })).status).toBe(409);
    expect((await client.post('/api/session/second-factor/remove', { code: '000000' })).status).toBe(400);
    expect((await client.post('/api/session/second-factor/remove', { code: codeOf(secret) })).status).toBe(200);
    expect((await fixture.signedIn(ANALYST)).setCookie).toContain('tianyan_session=');
  });

  test('gives the code up and signs in as another', async () => {
    const client = await fixture.signedIn(ANALYST);
    const { recoveryCodes } = await enrol(client, ANALYST.password);
    const half = fixture.client();
    await half.post('/api/session', ANALYST);
    const { cookie } = half;
    expect((await half.post('/api/session/code/cancel')).status).toBe(200);
    const late = await half.post('/api/session/code', { code: recoveryCodes[0] }, { cookie: cookie ?? '' });
    expect([late.status, late.body.message]).toEqual([401, '这次登录已过期，请重新登录']);
  });

  test('has it on record', async () => {
    const { body } = await (await fixture.signedIn(AUDITOR)).get(`/api/audit?account=${ANALYST.account}&limit=200`);
    const labels = (body.items as { actionLabel: string; succeeded: boolean }[]).map(
      ({ actionLabel, succeeded }) => actionLabel + (succeeded ? '' : '×'),
    );
    for (const label of ['启用动态验证码', '启用动态验证码×', '停用动态验证码', '验证码被拒×', '登录第一步通过，等待验证码'])
      expect(labels).toContain(label);
  });
});
