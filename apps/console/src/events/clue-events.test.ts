import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { clueDetailSchema, findingListSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

let fixture: ConsoleFixture;
const opened: IncomingMessage[] = [];
beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings([returnedOften('A', { unitId: 'U1', townshipCode: '320921100' })]);
});
afterAll(async () => {
  for (const response of opened) response.destroy();
  await fixture.stop();
});

/** A console that is open, with what it has heard of. */
async function listening(client: ApiClient): Promise<{ heard: () => string }> {
  const asked = get(`${fixture.baseUrl}/api/events`, { headers: { cookie: client.cookie ?? '' }, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage]; // what a request emits
  opened.push(response);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return { heard: () => text };
}

async function hears(console: { heard: () => string }, line: string): Promise<void> {
  // The line arrives with the next turn of the event loop, or a later one.
  while (!console.heard().includes(line)) await new Promise(setImmediate);
}

test('an open console hears that a step was taken: its number and no word more, and only of what its person sees', async () => {
  const analyst = await fixture.signedIn(ANALYST);
  const leader = await fixture.signedIn(LEADER);
  const account = { account: 'far.analyst', password: 'Analyst-2026-xyz' };
  const far = {
    displayName: '远方',
    role: 'analyst',
    townshipCodes: ['320921200'],
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  await fixture.users.create({ ...account, ...far });
  const [near, away, above] = [
    await listening(analyst),
    await listening(await fixture.signedIn(account)),
    await listening(leader),
  ];
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=1')).body);
  const { id } = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [items[0]?.id] })).body);
  await hears(near, `event: clue\ndata: {"kind":"clue","id":"${id}","revision":1}\n`);
  const restrict = { revision: 1, step: { step: 'restrict', userIds: [fixture.leader.id], reason: '涉及领导干部' } };
  expect((await leader.post(`/api/clues/${id}/steps`, restrict)).status).toBe(200);
  const suspend = { revision: 2, step: { step: 'suspend', reason: '等待审计结果' } };
  expect((await leader.post(`/api/clues/${id}/steps`, suspend)).status).toBe(200);
  await hears(above, `{"kind":"clue","id":"${id}","revision":3}`);
  // What the leader hears of later reaches all at the same time: who was told nothing by then is told nothing.
  expect(near.heard()).not.toMatch(/"revision":[23]/);
  expect(away.heard()).not.toContain('clue');
});
