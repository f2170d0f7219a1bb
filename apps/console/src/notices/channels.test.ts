import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRng } from '@tianyan/kernel';
import { DeliveryQueue, type SendOutcome } from '@tianyan/notices';
import { teamChannelListSchema, teamSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let teamId: string;
let queue: DeliveryQueue;
const TOKEN = 'f0e1d2c3-token-of-the-robot';
const SIGNING_SECRET = 'SEC-of-the-group';

beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const team = { name: '一组', townshipCodes: [], memberIds: [], webhookUrl: null, minSeverity: 'low' };
  teamId = teamSchema.parse((await administrator.post('/api/teams', team)).body).id;
  queue = new DeliveryQueue({ pool: fixture.pool, clock: fixture.machineClock, rng: seededRng(1) });
});
afterAll(() => fixture.stop());

const shared = { name: '值班邮箱', minSeverity: 'high' };
const robot = (name: string) => ({
  kind: 'dingtalk',
  name,
  minSeverity: 'low',
  robotUrl: `https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}`,
  signingSecret: SIGNING_SECRET,
});
const add = (body: object, team = teamId) => administrator.post(`/api/teams/${team}/channels`, body);
const listed = async () => teamChannelListSchema.parse((await administrator.get('/api/team-channels')).body).items;

test('a team gets channels; what lets one write into a group is answered nowhere and stands nowhere as it is', async () => {
  const mail = await add({ kind: 'email', ...shared, address: 'duty@example.gov.cn' });
  const group = await add(robot('一组工作群'));
  expect([mail.status, group.status]).toEqual([200, 200]);
  const items = await listed();
  expect(
    items.map(({ kindLabel, name, shown, minSeverity, lastTest }) => [kindLabel, name, shown, minSeverity, lastTest]),
  ).toEqual([
    ['钉钉群机器人', '一组工作群', '机器人，尾号 obot', 'low', null],
    ['邮件', '值班邮箱', 'duty@example.gov.cn', 'high', null],
  ]);
  const { rows } = await fixture.pool.query(
    'SELECT c::text AS text FROM team_channel c UNION ALL SELECT a::text FROM access_audit a',
  );
  const known = JSON.stringify([group.body, items, rows]);
  expect(known).toContain('一组工作群');
  expect(known).not.toContain(TOKEN);
  expect(known).not.toContain(SIGNING_SECRET);
});

test.each([
  [
    'an address that is another vendor’s',
    { ...robot('二组群'), kind: 'wecom', signingSecret: undefined },
    400,
    'qyapi.weixin.qq.com',
  ],
  [
    'an address of somebody else',
    { ...robot('二组群'), robotUrl: 'https://oapi.dingtalk.com.example.org/robot/send?access_token=12345678' },
    400,
    '机器人',
  ],
  ['an address that is none', { kind: 'email', ...shared, name: '邮箱', address: 'duty' }, 400, '邮箱'],
  ['a name that the team has', robot('一组工作群'), 409, '同名'],
])('%s is refused with what to do', async (_, body, status, words) => {
  const refused = await add(body);
  expect([refused.status, refused.body.message]).toEqual([status, expect.stringContaining(words)]);
});

test('of a telephone the last four digits are shown, and its number stands nowhere as it is', async () => {
  const number = '13812345678';
  const sms = { kind: 'sms', name: '值班手机', minSeverity: 'high' };
  const wrong = await add({ ...sms, number: '0515-8888' });
  expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('11 位')]);
  expect((await add({ ...sms, number })).status).toBe(200);
  const items = await listed();
  const made = items.find(({ kind }) => kind === 'sms');
  expect(made).toMatchObject({ kindLabel: '短信', shown: '手机，尾号 5678' });
  const { rows } = await fixture.pool.query('SELECT c::text AS text FROM team_channel c');
  expect(JSON.stringify([items, rows])).not.toContain(number);
  await administrator.send('DELETE', `/api/team-channels/${made?.id}`, {});
});

test('there is no channel without its team', async () => {
  expect((await add(robot('没有组'), 'none')).status).toBe(404);
});

test('a test message goes the way of the alerts, and the page says what came of it', async () => {
  const id = (await listed()).find(({ name }) => name === '一组工作群')?.id ?? '';
  const test = () => administrator.post(`/api/team-channels/${id}/test`, {});
  const outcome = async () => (await listed()).find((channel) => channel.id === id)?.lastTest;
  const send = async (came: SendOutcome) => {
    const [claimed, ...others] = await queue.claim(5);
    expect(others).toEqual([]);
    if (!claimed) throw new Error('no message waits');
    expect([claimed.channel, claimed.recipient, claimed.kind]).toEqual(['dingtalk', id, 'channel-test']);
    if (came.kind === 'delivered') return queue.delivered(claimed);
    if (came.kind !== 'held') await queue.failed(claimed, came.reason, came.kind === 'again');
  };
  expect((await test()).status).toBe(200);
  expect(await outcome()).toMatchObject({ state: 'waiting', reason: null });
  // One at a time.
  expect((await test()).status).toBe(409);
  await send({ kind: 'again', reason: '对方系统繁忙（-1）' });
  expect(await outcome()).toMatchObject({ state: 'waiting', reason: '对方系统繁忙（-1）' });
  // Whoever has changed something need not wait for the next attempt.
  expect((await test()).status).toBe(200);
  await send({ kind: 'final', reason: '对方拒收（310000）' });
  expect(await outcome()).toMatchObject({ state: 'dead', reason: '对方拒收（310000）' });
  await test();
  await send({ kind: 'delivered' });
  expect(await outcome()).toMatchObject({ state: 'delivered', reason: null });
});

test('a channel that is deleted is gone, and only once', async () => {
  const [first] = await listed();
  expect((await administrator.send('DELETE', `/api/team-channels/${first?.id}`)).status).toBe(200);
  expect((await administrator.send('DELETE', `/api/team-channels/${first?.id}`)).status).toBe(404);
  expect((await administrator.post(`/api/team-channels/${first?.id}/test`, {})).status).toBe(404);
  expect((await listed()).map(({ name }) => name)).toEqual(['值班邮箱']);
});
