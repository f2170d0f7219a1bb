import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRng } from '@tianyan/kernel';
import { DeliveryQueue, NoticeOutbox, PlatformRouting, type Notice } from '@tianyan/notices';
import { inTransaction } from '@tianyan/postgres';
import { deliveryListSchema, inboxSchema, overviewSchema, teamSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let teamId: string;
const webhookUrl = 'https://hooks.example.org/x';

beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  await administrator.send('PUT', '/api/webhook-hosts', { hosts: ['hooks.example.org'] });
});
afterAll(() => fixture.stop());

const settings = { name: '信息中心', townshipCodes: [], memberIds: [], webhookUrl, minSeverity: 'low' };
const failing = (kind: Notice['kind'] = 'source-failing'): Notice => ({
  subject: { kind: 'source', id: 'hotline-12345' },
  kind,
  round: 0,
  severity: 'high',
  title: kind === 'source-failing' ? '数据源“12345 热线”中断' : '数据源“12345 热线”已恢复',
  text: '请打开数据源的页面查看原因',
  townshipCode: null,
  occurredAtMs: 1,
  path: '/sources/hotline-12345',
  settlesForMs: 0,
});

test('a team’s webhook hears of the platform where an administrator says so, and no longer where it is not said', async () => {
  const made = teamSchema.parse((await administrator.post('/api/teams', { ...settings, platformNotices: true })).body);
  teamId = made.id;
  expect(made.platformNotices).toBe(true);
  const without = await administrator.send('PUT', `/api/teams/${teamId}`, settings);
  expect(teamSchema.parse(without.body).platformNotices).toBe(false);
  await administrator.send('PUT', `/api/teams/${teamId}`, { ...settings, platformNotices: true });
});

test('an administrator reads that a source is out, sees what came of telling it, and cannot send it again when it is over', async () => {
  const { pool, machineClock: clock, users, teams } = fixture;
  const outbox = new NoticeOutbox(clock);
  const recipients = await new PlatformRouting({ users, teams }).recipients();
  const queue = new DeliveryQueue({ pool, clock, rng: seededRng(1) });
  await inTransaction(pool, (client) => outbox.enqueue(client, failing(), recipients));
  await queue.deliverInbox();
  const inbox = async () => inboxSchema.parse((await administrator.get('/api/inbox')).body);
  const { items, unreadCount } = await inbox();
  expect(unreadCount).toBe(1);
  expect(overviewSchema.parse((await administrator.get('/api/overview')).body).unreadNotices).toBe(1);
  expect(items).toMatchObject([
    {
      subject: { kind: 'source', id: 'hotline-12345' },
      kindLabel: '数据源中断',
      path: '/sources/hotline-12345',
      teamName: null,
      text: '请打开数据源的页面查看原因',
    },
  ]);
  await administrator.post('/api/inbox/read', {});
  expect((await inbox()).unreadCount).toBe(0);

  const [claimed] = await queue.claim(1);
  if (!claimed) throw new Error('no webhook waits');
  const listed = async () =>
    deliveryListSchema
      .parse((await administrator.get('/api/deliveries')).body)
      .items.map(({ channel, state, teamName, kindLabel }) => [channel, state, teamName, kindLabel]);
  expect(await listed()).toEqual([
    ['webhook', 'waiting', '信息中心', '数据源中断'],
    ['inbox', 'delivered', null, '数据源中断'],
  ]);
  // Its answer was lost, and it is over: the receiver may have heard of it, and hears of the end; only then it is given up.
  await inTransaction(pool, (client) => outbox.enqueueEnd(client, failing('source-working'), 'source-failing'));
  await queue.failed(claimed, '对方答复 HTTP 400', false);
  expect((await listed()).map(([channel, state]) => `${channel} ${state}`).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'inbox delivered',
    'inbox waiting',
    'webhook dead',
    'webhook waiting',
  ]);
  const refused = await administrator.post(`/api/deliveries/${claimed.id}/retry`, {});
  expect([refused.status, refused.body.message]).toEqual([409, '这个数据源已经恢复，无需再送达']);
});
