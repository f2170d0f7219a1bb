import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS, LOOPBACK_NETWORKS, ManualClock, MINUTE_MS, OutboundHosts } from '@tianyan/kernel';
import { noticeMigrations, sealTarget, SmsQuota } from '@tianyan/notices';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  conformsToChannel,
  DELIVERY,
  EXPLANATION,
  RIG_TIMEOUT_MS,
  type Behaviour,
  type ChannelRig,
} from './conformance.test-fixture.js';
import { createHttpPost } from './http-post.js';
import { httpReceiver, type HttpReceiver } from './http-receiver.test-fixture.js';
import { SmsChannel } from './sms-channel.js';
import { smsGatewayOf } from './sms-gateway.js';

const SECRET = 'installation';
const ACCOUNT = 'account-of-the-gateway';
const NUMBER = '13812345678';
const LINK = 'https://tianyan.example.gov.cn/findings/f-1';

/** As most gateways answer: 200, and what came of it in the body. */
const ANSWERS: Readonly<Record<Exclude<Behaviour, 'silent' | 'cuts'>, { status: number; body: object; retryAfter?: string }>> = {
  accepts: { status: 200, body: { result: { code: 0 }, said: `sent to ${NUMBER}` } },
  busy: { status: 503, body: {} },
  limits: { status: 429, body: {}, retryAfter: '300' },
  refuses: { status: 200, body: { result: { code: 4_001 }, said: `bad account ${ACCOUNT} for ${NUMBER}` } },
};

let folder: string;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  folder = await mkdtemp(join(tmpdir(), 'tianyan-sms-'));
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
/** Under a secret of its own: each rig begins with a number that was told nothing. */
const quotaOf = (clock: ManualClock) => new SmsQuota({ pool: postgres.pool, clock, secret: randomUUID() });

async function gatewayOf(text: string) {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, text);
  return smsGatewayOf(file);
}
const JSON_BODY = `
encoding: json
body: { mobiles: ['{number}'], template: { id: T1, params: ['{title}', '{link}'], once: true } }`;
const FORM_BODY = `
encoding: form
body: { mobile: '{number}', content: '天眼：{title} {link}' }`;
const SUCCESS = `
success: { path: result.code, equals: ['0'] }`;

interface SmsRig extends ChannelRig {
  receiver: HttpReceiver;
}

async function open(body: string, more = SUCCESS, title?: string): Promise<SmsRig> {
  const receiver = await httpReceiver((request, response, behaviour) => {
    const isIn = request.headers['x-account'] === ACCOUNT;
    const answer = ANSWERS[behaviour === 'silent' || behaviour === 'cuts' || !isIn ? 'refuses' : behaviour];
    response
      .writeHead(answer.status, answer.retryAfter ? { 'retry-after': answer.retryAfter } : {})
      .end(JSON.stringify(answer.body));
  });
  const clock = new ManualClock(1_800_000_000_000);
  const post = createHttpPost(new OutboundHosts(LOOPBACK_NETWORKS), RIG_TIMEOUT_MS);
  const gateway = await gatewayOf(`url: ${receiver.url}/send\nheaders: { x-account: ${ACCOUNT} }${body}${more}`);
  const places = { townshipName: async () => '响水镇', consoleUrl: 'https://tianyan.example.gov.cn' };
  const sealedTarget = sealTarget(SECRET, DELIVERY.recipient, { kind: 'sms', number: NUMBER });
  return {
    channel: new SmsChannel({ gateway, post, clock, secret: SECRET, places, quota: quotaOf(clock) }),
    delivery: { ...DELIVERY, channel: 'sms', sealedTarget, ...(title === undefined ? {} : { title }) },
    behave: (behaviour) => (receiver.behaviour = behaviour),
    heard: () => receiver.received.map(({ body: said }) => (said.startsWith('{') ? said : decodeURIComponent(said))),
    limitedForMs: 5 * MINUTE_MS,
    passMs: (ms) => clock.advanceBy(ms),
    secrets: [ACCOUNT, NUMBER],
    receiver,
    async close() {
      await post.close();
      await receiver.close();
    },
  };
}

conformsToChannel('a gateway for short messages, in JSON', () => open(JSON_BODY));
conformsToChannel('a gateway for short messages, as a form', () => open(FORM_BODY));

test('title and link alone are told, each escaped by the encoding: none can leave its field', async () => {
  const title = '"},{title}&mobile=1 100%{number}';
  for (const body of [JSON_BODY, FORM_BODY]) {
    const rig = await open(body, SUCCESS, title);
    expect(await rig.channel.send(rig.delivery)).toEqual({ kind: 'delivered' });
    const said = rig.receiver.received[0]?.body ?? '';
    if (body === JSON_BODY)
      expect(JSON.parse(said)).toEqual({
        mobiles: [NUMBER],
        template: { id: 'T1', params: [`【严重】${title}`, LINK], once: true },
      });
    else
      expect([...new URLSearchParams(said)]).toEqual([
        ['mobile', NUMBER],
        ['content', `天眼：【严重】${title} ${LINK}`],
      ]);
    expect(said).not.toContain(EXPLANATION);
    await rig.close();
  }
});

test('a number has so many a day, the gateway so many a minute; what is too much is held and costs no attempt', async () => {
  const rig = await open(JSON_BODY, `${SUCCESS}\nperNumberAndDay: 3\nperMinute: 2`);
  const sent = () => rig.channel.send(rig.delivery);
  expect([await sent(), await sent()]).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
  expect(await sent()).toEqual({ kind: 'held', afterMs: MINUTE_MS });
  rig.passMs(MINUTE_MS);
  expect(await sent()).toEqual({ kind: 'delivered' });
  rig.passMs(MINUTE_MS);
  expect(await sent()).toMatchObject({ kind: 'held', afterMs: DAY_MS - 2 * MINUTE_MS, reason: expect.stringContaining('发满') });
  rig.passMs(DAY_MS);
  expect(await sent()).toEqual({ kind: 'delivered' });
  await rig.close();
});

test('what does not arrive takes none of the day’s places of a number', async () => {
  const rig = await open(JSON_BODY, `${SUCCESS}\nperNumberAndDay: 2`);
  const sent = async () => (await rig.channel.send(rig.delivery)).kind;
  rig.behave('busy');
  expect([await sent(), await sent(), await sent()]).toEqual(['again', 'again', 'again']);
  rig.behave('refuses');
  expect(await sent()).toBe('final');
  rig.behave('accepts');
  expect([await sent(), await sent(), await sent()]).toEqual(['delivered', 'delivered', 'held']);
  await rig.close();
});

test('a link that is too long for a short message leads to the inbox, where the same stands', async () => {
  const rig = await open(JSON_BODY);
  const path = `/findings?status=open&township=${Array.from({ length: 20 }, (_, n) => 320_921_100 + n).join(',')}`;
  expect(await rig.channel.send({ ...rig.delivery, path })).toEqual({ kind: 'delivered' });
  expect(JSON.parse(rig.receiver.received[0]?.body ?? '')).toMatchObject({
    template: { params: [expect.any(String), 'https://tianyan.example.gov.cn/inbox'] },
  });
  await rig.close();
});

test('an answer without the value that says so is no success; one that nobody asks for is judged by its status', async () => {
  const other = await open(JSON_BODY, `\nsuccess: { path: there.is.none, equals: ['0'] }`);
  expect(await other.channel.send(other.delivery)).toMatchObject({
    kind: 'again',
    reason: expect.stringContaining('there.is.none'),
  });
  await other.close();
  const status = await open(JSON_BODY, '');
  status.behave('refuses');
  expect(await status.channel.send(status.delivery)).toEqual({ kind: 'delivered' });
  await status.close();
});

test('without a gateway what is to be sent waits for one, and costs no attempt', async () => {
  const rig = await open(JSON_BODY);
  const post = createHttpPost(new OutboundHosts(LOOPBACK_NETWORKS), RIG_TIMEOUT_MS);
  const places = { townshipName: async () => undefined, consoleUrl: null };
  const clock = new ManualClock(1);
  const channel = new SmsChannel({ gateway: null, post, clock, secret: SECRET, places, quota: quotaOf(clock) });
  expect(await channel.send(rig.delivery)).toMatchObject({
    kind: 'held',
    reason: expect.stringContaining('TIANYAN_SMS_GATEWAY_FILE'),
  });
  await post.close();
  await rig.close();
});

test.each([
  ['a placeholder that there is none of', `url: https://a.example/x${JSON_BODY.replace('{title}', '{name}')}`, '不认得 {name}'],
  ['no number', `url: https://a.example/x${FORM_BODY.replace('{number}', '1')}`, '没有写 {number}'],
  ['another scheme', `url: ftp://a.example/x${FORM_BODY}`, 'http://'],
  ['a body of another shape', `url: https://a.example/x\nencoding: form\nbody: { a: { b: '{number}' } }`, 'body'],
  ['no YAML', `url: "${ACCOUNT}`, '读不懂'],
])('a file with %s is refused in Chinese, and quotes nothing', async (_, text, words) => {
  const refused = await gatewayOf(text).catch((error: unknown) => String(error));
  expect(refused).toContain(words);
  expect(refused).not.toContain(ACCOUNT);
});

test('a file that is not there is refused by name; none is none', () => {
  expect(() => smsGatewayOf(join(folder, 'none.yaml'))).toThrow(/没有短信网关文件 .*none\.yaml/);
  expect(smsGatewayOf(null)).toBeNull();
});
