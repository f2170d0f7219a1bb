import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import type { ApiClient } from '../testing/api-client.js';
import { MAX_CLIENTS_PER_ADDRESS, MAX_CLIENTS_PER_USER } from './event-stream.js';

let fixture: ConsoleFixture;
const opened: IncomingMessage[] = [];
beforeAll(async () => {
  fixture = await startConsole();
});
afterAll(async () => {
  for (const response of opened) response.destroy();
  await fixture.stop();
});

/** @param address as the proxy on this machine says it */
async function open(client: ApiClient, address: string): Promise<IncomingMessage> {
  const headers = { cookie: client.cookie ?? '', 'x-forwarded-for': address };
  const [response] = (await once(get(`${fixture.baseUrl}/api/events`, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  opened.push(response);
  return response;
}

test('one person cannot take the event streams of all others', async () => {
  const greedy = await fixture.signedIn(ANALYST);
  for (let count = 0; count < MAX_CLIENTS_PER_USER; count++)
    expect((await open(greedy, `192.0.2.${count}`)).statusCode).toBe(200);
  const refused = await open(greedy, '192.0.2.200');
  expect(refused.statusCode).toBe(429);
  expect(JSON.parse((await refused.toArray()).join(''))).toMatchObject({
    message: '您打开的页面过多，请关闭一些后再刷新',
  });
  // Somebody else still gets one; and so does the first, after a page was closed.
  expect((await open(await fixture.signedIn(ADMINISTRATOR), '192.0.2.1')).statusCode).toBe(200);
  opened[0]?.destroy();
  let again = await open(greedy, '192.0.2.200');
  // The server learns a moment later that the page is gone.
  while (again.statusCode === 429) again = await open(greedy, '192.0.2.200');
  expect(again.statusCode).toBe(200);
});

test('nor can many accounts from one address', async () => {
  const accounts = Math.ceil(MAX_CLIENTS_PER_ADDRESS / MAX_CLIENTS_PER_USER);
  for (let index = 0; index < accounts; index++) {
    const account = { account: `user.${index}`, password: 'Analyst-2026-xyz' };
    await fixture.users.create({
      ...account,
      displayName: '某人',
      role: 'analyst',
      townshipCodes: null,
      mustChangePassword: false,
    });
    const client = await fixture.signedIn(account);
    for (let count = 0; count < MAX_CLIENTS_PER_USER; count++) expect((await open(client, '198.51.100.7')).statusCode).toBe(200);
  }
  const administrator = await fixture.signedIn(ADMINISTRATOR);
  expect((await open(administrator, '198.51.100.7')).statusCode).toBe(429);
  expect((await open(administrator, '198.51.100.8')).statusCode).toBe(200);
});
