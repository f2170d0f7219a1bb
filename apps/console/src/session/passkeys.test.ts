import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PasskeyDevice, totpCodeOf } from '@tianyan/access/testing';
import { SECOND_MS } from '@tianyan/kernel';
import { begunSecondFactorSchema, passkeyListSchema, passkeyOptionsSchema, signInWaysSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

/** As configured: the test itself asks by a number. */
const SITE = { origin: 'https://tianyan.example.gov.cn', rpId: 'tianyan.example.gov.cn' };

let fixture: ConsoleFixture;
let client: ApiClient;
let secret = '';
const device = new PasskeyDevice();

beforeAll(async () => {
  fixture = await startConsole({ env: { TIANYAN_CONSOLE_URL: SITE.origin } });
  client = await fixture.signedIn(ANALYST);
});
afterAll(() => fixture.stop());

/** What the telephone shows: of a step that no code has been taken of. */
function nextCode(): string {
  fixture.machineClock.advanceBy(30 * SECOND_MS);
  return totpCodeOf(secret, fixture.machineClock.nowMs());
}
const challengeOf = (answer: { body: unknown }) => passkeyOptionsSchema.parse(answer.body).challenge;

/** The tests are one story, in order. */
test('one is made by whoever has codes, and shows one', async () => {
  const begin = (code: string) => client.post('/api/session/passkeys/options', { code });
  expect((await begin('000000')).status).toBe(400);
  const begun = await client.post('/api/session/second-factor', { currentPassword: ANALYST.password });
  secret = begunSecondFactorSchema.parse(begun.body).secret;
  const code = totpCodeOf(secret, fixture.machineClock.nowMs());
  expect((await client.post('/api/session/second-factor/confirm', { code })).status).toBe(200);
  const options = await begin(nextCode());
  expect(options.body).toMatchObject({ rp: { id: SITE.rpId }, authenticatorSelection: { userVerification: 'required' } });
  const made = device.make({ challenge: challengeOf(options), ...SITE });
  expect((await client.post('/api/session/passkeys', { name: ' ', made })).status).toBe(400);
  expect((await client.post('/api/session/passkeys', { name: '安全密钥', made })).status).toBe(200);
  expect((await client.post('/api/session/passkeys', { name: '又一次', made })).status).toBe(409);
  const list = passkeyListSchema.parse((await client.get('/api/session/passkeys')).body);
  expect(list).toMatchObject({ items: [{ name: '安全密钥', usedAtMs: null }], available: true });
});

test('it is offered after the password, opens a session, and nothing else does', async () => {
  const ways = async (one: ApiClient) => signInWaysSchema.parse((await one.get('/api/session/ways')).body);
  const other = fixture.client();
  expect((await ways(other)).passkeyOffered).toBe(false);
  expect((await other.post('/api/session/code/passkey/options', {})).status).toBe(401);
  await other.post('/api/session', ANALYST);
  expect(await ways(other)).toMatchObject({ awaitsCode: true, passkeyOffered: true });
  const ask = async () => challengeOf(await other.post('/api/session/code/passkey/options', {}));
  const show = (shown: unknown) => other.post('/api/session/code/passkey', { shown });
  const wrong = await show(device.show({ challenge: await ask(), ...SITE, origin: 'https://tianyan.example.evil' }));
  expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('通行密钥没有通过')]);
  expect((await show({})).status).toBe(400);
  expect((await other.get('/api/findings')).status).toBe(401);
  const entered = await show(device.show({ challenge: await ask(), ...SITE }));
  expect([entered.status, entered.body.account]).toEqual([200, ANALYST.account]);
  expect((await other.get('/api/findings')).status).toBe(200);
});

test('it goes by a code, and with the codes', async () => {
  const { items } = passkeyListSchema.parse((await client.get('/api/session/passkeys')).body);
  const path = `/api/session/passkeys/${items[0]?.id}/remove`;
  expect((await client.post(path, { code: '000000' })).status).toBe(400);
  const code = nextCode();
  expect((await client.post('/api/session/passkeys/none/remove', { code })).status).toBe(404);
  // Nine beside it.
  await fixture.pool.query(
    `INSERT INTO access_passkey (id, user_id, credential_id, name, public_key, counter, rp_id, transports, syncable, backed_up, made_at_ms)
     SELECT 'more' || n, user_id, 'more' || n, 'more' || n, public_key, 0, rp_id, transports, false, false, 1
     FROM access_passkey, generate_series(1, 9) AS n WHERE id = $1`,
    [items[0]?.id],
  );
  const full = await client.post('/api/session/passkeys/options', { code });
  expect([full.status, full.body.message]).toEqual([409, expect.stringContaining('最多可登记 10 个')]);
  await fixture.pool.query(`DELETE FROM access_passkey WHERE id LIKE 'more%'`);
  // What was refused for another reason has not spent the code.
  expect((await client.post(path, { code })).status).toBe(200);
  expect(passkeyListSchema.parse((await client.get('/api/session/passkeys')).body).items).toEqual([]);
});
