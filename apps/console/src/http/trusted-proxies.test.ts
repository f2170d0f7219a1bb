import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FREE_FAILURES } from '@tianyan/access';
import type { Server, Socket } from 'node:net';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

const TRUSTED = '203.0.113.9';
const STRANGER = '198.51.100.7';
const LOOPBACK = '127.0.0.1';

let fixture: ConsoleFixture;
/** Where the next requests come from: a test has no second machine. Read at each request, as connections are kept. */
let from = LOOPBACK;

beforeAll(async () => {
  fixture = await startConsole({ env: { TIANYAN_TRUSTED_PROXIES: '203.0.113.0/24' } });
  const server: Server = fixture.app.getHttpServer();
  server.prependListener('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', { get: () => from });
  });
});
afterAll(() => fixture.stop());

async function signIn(comesFrom: string, headers: Record<string, string>): Promise<string> {
  from = comesFrom;
  const client = fixture.client();
  const answer = await client.post('/api/session', ANALYST, headers);
  expect(answer.status).toBe(200);
  return client.setCookie ?? '';
}

const HTTPS = { 'x-forwarded-proto': 'https' };

test('behind a trusted proxy that speaks https to the browser the cookie is Secure', async () => {
  expect(await signIn(TRUSTED, HTTPS)).toMatch(/; Secure/i);
  expect(await signIn(LOOPBACK, HTTPS)).toMatch(/; Secure/i);
});

test('without https, or on the word of a stranger, it is not: a browser would not send it back', async () => {
  expect(await signIn(TRUSTED, {})).toMatch(/HttpOnly(?!.*Secure)/i);
  expect(await signIn(TRUSTED, { 'x-forwarded-proto': 'http' })).not.toMatch(/Secure/i);
  expect(await signIn(STRANGER, HTTPS)).not.toMatch(/Secure/i);
});

test('a stranger cannot take the address of another: too many attempts count against where they come from', async () => {
  from = STRANGER;
  const wrong = { account: 'nobody.here', password: 'Wrong-password-1' };
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= FREE_FAILURES.address; attempt++) {
    const headers = { 'x-forwarded-for': `192.0.2.${attempt}` };
    statuses.push((await fixture.client().post('/api/session', { ...wrong, account: `nobody.${attempt}` }, headers)).status);
  }
  expect(statuses.at(-1)).toBe(429);
  // Others are not held up by that.
  expect(await signIn(TRUSTED, { 'x-forwarded-for': '192.0.2.200' })).toMatch(/HttpOnly/i);
});
