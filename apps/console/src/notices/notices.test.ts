import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { seededRng } from '@tianyan/kernel';
import { DeliveryQueue, NoticeOutbox, PlatformRouting, type Notice } from '@tianyan/notices';
import { inTransaction } from '@tianyan/postgres';

import { deliveryListSchema, inboxSchema, overviewSchema, teamSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { writeRecords } from '../testing/records.js';
import { ADMINISTRATOR, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

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

test('a team’s webhook hears of the platform where an administrator says so; not saying it changes nothing', async () => {
  const made = teamSchema.parse((await administrator.post('/api/teams', { ...settings, platformNotices: true })).body);
  teamId = made.id;
  expect(made.platformNotices).toBe(true);
  const saved = async (changes: object) =>
    teamSchema.parse((await administrator.send('PUT', `/api/teams/${teamId}`, { ...settings, ...changes })).body).platformNotices;
  expect(await saved({})).toBe(true);
  expect(await saved({ platformNotices: false })).toBe(false);
  expect(await saved({})).toBe(false);
  expect(await saved({ platformNotices: true })).toBe(true);
});

test('quiet hours are kept as they are said, and go where an administrator says so', async () => {
  const quietHours = { from: '22:05', to: '07:00', exceptHigh: false };
  const saved = async (changes: object) => {
    const { status, body } = await administrator.send('PUT', `/api/teams/${teamId}`, { ...settings, ...changes });
    return status === 200 ? teamSchema.parse(body).quietHours : status;
  };
  expect(await saved({ quietHours })).toEqual(quietHours);
  expect(await saved({})).toEqual(quietHours);
  for (const wrong of [
    { ...quietHours, to: '22:05' },
    { ...quietHours, from: '24:00' },
    { ...quietHours, from: '7' },
  ])
    expect(await saved({ quietHours: wrong })).toBe(400);
  expect(await saved({ quietHours: null })).toBeNull();
});

test('a team is of townships that exist, as far as anybody knows', async () => {
  const of = async (name: string, townshipCodes: string[]) =>
    administrator.post('/api/teams', { ...settings, name, webhookUrl: null, townshipCodes });
  // Nothing is known of the county yet.
  const early = await of('早建的组', ['320921999']);
  expect(early.status).toBe(200);
  const division = { divisionCode: '320921100', name: '某镇', level: 'township' };
  const record = { id: '320921100', atMs: COUNTY_NOW_MS, raw: '{}', fields: division };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.division'), [record], '');
  expect((await of('二组', ['320921100'])).status).toBe(200);
  const refused = await of('三组', ['320921100', '320921998']);
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('320921998')]);
  // What it has had since before may stay.
  const { id } = teamSchema.parse(early.body);
  const kept = { ...settings, name: '早建的组', webhookUrl: null, townshipCodes: ['320921999', '320921100'] };
  expect((await administrator.send('PUT', `/api/teams/${id}`, kept)).status).toBe(200);
});

test.each([
  ['oa.example.gov.cn', 200],
  ['oa:8080', 200],
  ['10.1.2.3:443', 200],
  ['a..b', 400],
  ['-a.cn', 400],
  ['a.cn.', 400],
  ['.', 400],
  ['a.cn:0', 400],
  ['a.cn:70000', 400],
  ['a'.repeat(64), 400],
])('whether the host %s can be allowed', async (host, status) => {
  const answer = await administrator.send('PUT', '/api/webhook-hosts', { hosts: ['hooks.example.org', host] });
  expect([answer.status, answer.body.message ?? null]).toEqual([status, status === 200 ? null : expect.stringContaining('主机')]);
});

test('an administrator reads that a source is out, sees what came of telling it, and cannot send it again when it is over', async () => {
  const { pool, machineClock: clock, users, teams } = fixture;
  const outbox = new NoticeOutbox(clock);
  const recipients = await new PlatformRouting({ users, teams }).recipients('high');
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
