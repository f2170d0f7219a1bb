import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { totpCodeOf } from '@tianyan/access/testing';
import { begunSecondFactorSchema, sessionSchema, signInWaysSchema } from '../api/index.js';
import { HOUR_MS } from '@tianyan/kernel';
import { pino } from 'pino';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { BrowserFixture, CLIENT, IdentityProviderFixture } from './identity-provider.test-fixture.js';
import { IDENTITY_WITHIN_MS } from './identity-service.js';

let provider: IdentityProviderFixture;
let fixture: ConsoleFixture;
let browser: BrowserFixture;
/** Why an answer was not taken is for whoever runs the platform. */
const logged: string[] = [];

beforeAll(async () => {
  provider = await IdentityProviderFixture.start();
  const env = {
    TIANYAN_OIDC_ISSUER: provider.issuer,
    TIANYAN_OIDC_CLIENT_ID: CLIENT.id,
    TIANYAN_OIDC_CLIENT_SECRET: CLIENT.secret,
  };
  fixture = await startConsole({ env, logger: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }) });
});
afterAll(async () => {
  await fixture.stop();
  await provider.stop();
});
beforeEach(() => {
  browser = new BrowserFixture();
});

const start = (path = '/') => `${fixture.baseUrl}/api/session/identity-service?return=${encodeURIComponent(path)}`;
const cookies = () => browser.cookies.get(fixture.baseUrl) ?? new Map<string, string>();
/** Where the console sends the browser on to, without its own address. */
async function sentTo(url: string): Promise<string> {
  const response = await browser.get(url);
  expect(response.status).toBe(303);
  return BrowserFixture.next(response, url).replace(fixture.baseUrl, '');
}
/** The way to the service and back, up to the console's door. */
async function back(account: string, input: { path?: string; change?: (there: URL) => void } = {}): Promise<string> {
  const there = new URL(await sentTo(start(input.path)));
  input.change?.(there);
  return browser.throughService(there.href, account, fixture.baseUrl);
}
async function session() {
  const answer = await browser.get(`${fixture.baseUrl}/api/session`);
  return answer.status === 200 ? sessionSchema.parse(await answer.json()) : null;
}
const ways = async () => signInWaysSchema.parse(await (await browser.get(`${fixture.baseUrl}/api/session/ways`)).json());

// The first test: the service has not been there yet.
test('a service that is away holds up neither the start nor the password, and is asked again the next time', async () => {
  expect(await sentTo(start('/findings'))).toBe('/findings?sign-in=away');
  expect((await fixture.signedIn(ANALYST)).cookie).not.toBeNull();
  provider.open(fixture.baseUrl);
  expect(await sentTo(await back(ANALYST.account, { path: '/findings?status=open' }))).toBe('/findings?status=open');
  expect(await session()).toMatchObject({ account: ANALYST.account, signedInBy: 'identity-service' });
});

describe('whoever comes back', () => {
  test('is let in as the account of that name, leaves both, and is on record', async () => {
    expect(await ways()).toEqual({ identityService: true, awaitsCode: false, passkeyOffered: false });
    expect(await sentTo(await back(ANALYST.account.toUpperCase()))).toBe('/');
    expect((await session())?.account).toBe(ANALYST.account);
    const left = await browser.send(`${fixture.baseUrl}/api/session`, { method: 'DELETE' });
    const { endSessionUrl } = (await left.json()) as { endSessionUrl: string };
    expect(endSessionUrl.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    expect((await browser.get(endSessionUrl)).status).toBe(200);
    expect(await session()).toBeNull();
  });

  test('is refused without an account here, and none is made; as with a locked one', async () => {
    expect(await sentTo(await back('nobody.here', { path: '/clues' }))).toBe('/clues?sign-in=unknown-account');
    expect(await fixture.users.findForSignIn('nobody.here')).toBeNull();
    await fixture.pool.query(`UPDATE access_user SET locked_at_ms = 1 WHERE account = 'wang.gang'`);
    browser = new BrowserFixture();
    expect(await sentTo(await back('wang.gang'))).toBe('/?sign-in=locked');
    expect(await session()).toBeNull();
  });

  test.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', '/api/audit'])(
    'is sent to no other place: %s',
    async (path) => {
      expect(await sentTo(await back(ANALYST.account, { path }))).toBe('/');
    },
  );
});

describe('an answer is refused', () => {
  afterEach(async () => {
    expect(await session()).toBeNull();
  });

  test('with another nonce than the browser asked with', async () => {
    const url = await back(ANALYST.account, { change: (there) => there.searchParams.set('nonce', 'another') });
    expect(await sentTo(url)).toBe('/?sign-in=refused');
    expect(logged.at(-1)).toContain('nonce');
  });

  test('made with another proof key', async () => {
    const change = (there: URL) => there.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect(await sentTo(await back(ANALYST.account, { change }))).toBe('/?sign-in=refused');
    expect(logged.at(-1)).toContain('invalid_grant');
  });

  test('that names another issuer, or another state', async () => {
    const changed = async (name: string) => {
      const url = new URL(await back(ANALYST.account));
      url.searchParams.set(name, 'https://evil.example');
      return [await sentTo(url.href), logged.at(-1)];
    };
    expect(await changed('iss')).toEqual(['/?sign-in=refused', expect.stringContaining('issuer')]);
    expect(await changed('state')).toEqual(['/?sign-in=refused', expect.stringContaining('state')]);
  });

  test('in another browser, with a cookie that was changed, or too late', async () => {
    const url = await back(ANALYST.account);
    const own = browser;
    browser = new BrowserFixture();
    expect(await sentTo(url)).toBe('/?sign-in=expired');
    browser = own;
    const sealed = cookies().get('tianyan_identity') ?? '';
    cookies().set('tianyan_identity', `${sealed.slice(0, -2)}AA`);
    expect(await sentTo(url)).toBe('/?sign-in=expired');
    const late = await back(ANALYST.account);
    fixture.machineClock.advanceBy(IDENTITY_WITHIN_MS);
    expect(await sentTo(late)).toBe('/?sign-in=expired');
  });

  test('whose token has expired', async () => {
    const url = await back(ANALYST.account);
    provider.behindMs = HOUR_MS;
    expect(await sentTo(url).finally(() => (provider.behindMs = 0))).toBe('/?sign-in=refused');
    expect(logged.at(-1)).toContain('expiration time');
  });

  test('that says no, or comes while the service is away', async () => {
    const url = new URL(await back(ANALYST.account));
    url.searchParams.delete('code');
    url.searchParams.set('error', 'access_denied');
    expect(await sentTo(url.href)).toBe('/?sign-in=refused');
    const other = await back(ANALYST.account);
    expect(await provider.away(() => sentTo(other))).toBe('/?sign-in=away');
  });
});

test('a code is taken once: the same answer again, from a copy of the browser, is refused', async () => {
  const url = await back(ANALYST.account);
  const copy = new Map(cookies());
  expect(await sentTo(url)).toBe('/');
  expect(cookies().has('tianyan_identity')).toBe(false);
  browser = new BrowserFixture();
  browser.cookies.set(fixture.baseUrl, copy);
  expect(await sentTo(url)).toBe('/?sign-in=refused');
  expect(logged.at(-1)).toContain('invalid_grant');
  expect(await session()).toBeNull();
});

test('a second factor is asked for here too: half signed in opens nothing but the code', async () => {
  await sentTo(await back(ANALYST.account));
  const post = async (path: string, body: unknown) =>
    browser.send(`${fixture.baseUrl}/api/session/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { secret } = begunSecondFactorSchema.parse(await (await post('second-factor', {})).json());
  const now = () => fixture.machineClock.nowMs();
  expect((await post('second-factor/confirm', { code: totpCodeOf(secret, now()) })).status).toBe(200);
  fixture.machineClock.advanceBy(30_000);
  browser = new BrowserFixture();
  expect(await sentTo(await back(ANALYST.account, { path: '/clues' }))).toBe('/clues');
  expect([await session(), await ways()]).toEqual([null, { identityService: true, awaitsCode: true, passkeyOffered: false }]);
  expect((await post('code', { code: totpCodeOf(secret, now()) })).status).toBe(200);
  expect((await session())?.signedInBy).toBe('identity-service');
});
