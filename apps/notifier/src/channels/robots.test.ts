import { expect, test } from '@jest/globals';
import { LOOPBACK_NETWORKS, ManualClock, MINUTE_MS, OutboundHosts, SECOND_MS } from '@tianyan/kernel';
import { sealTarget, type ChannelTarget, type ClaimedDelivery } from '@tianyan/notices';
import { webcrypto } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  conformsToChannel,
  DELIVERY,
  EXPLANATION,
  RIG_TIMEOUT_MS,
  type Behaviour,
  type ChannelRig,
} from './conformance.test-fixture.js';
import { createHttpPost } from './http-post.js';
import { httpReceiver, type HttpReceiver, type Received } from './http-receiver.test-fixture.js';
import { plainText } from './message-text.js';
import { RobotChannel, type RobotDialect, type RobotKind } from './robot-channel.js';
import { dingtalk, feishu, wecom } from './robots.js';

const SECRET = 'installation';
const SIGNING_SECRET = 'SEC-of-the-group';
const TOKEN = 'token-of-the-robot';
const NOW_MS = 1_800_000_000_123;

type Answers = Readonly<Record<Exclude<Behaviour, 'silent' | 'cuts'>, object>>;
const WECOM: Answers = {
  accepts: { errcode: 0, errmsg: 'ok' },
  busy: { errcode: -1, errmsg: 'system busy' },
  limits: { errcode: 45_009, errmsg: `api freq out of limit ${TOKEN}` },
  refuses: { errcode: 93_000, errmsg: `invalid webhook url ${TOKEN}` },
};
const DINGTALK: Answers = {
  accepts: { errcode: 0, errmsg: 'ok' },
  busy: { errcode: -1, errmsg: 'busy' },
  limits: { errcode: 130_101, errmsg: 'send too fast, exceed 20 times per minute' },
  refuses: { errcode: 310_000, errmsg: 'sign not match' },
};
const FEISHU: Answers = {
  accepts: { code: 0, msg: 'success', data: {} },
  busy: { code: -1, msg: 'busy' },
  limits: { code: 11_232, msg: 'frequency limited psm' },
  refuses: { code: 19_021, msg: 'sign match fail or timestamp is not within one hour from current time' },
};

/** HMAC-SHA256 as base64, by another implementation than the channel's. */
async function hmac(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  // An empty key is refused; none of these is.
  const imported = await webcrypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
  return Buffer.from(await webcrypto.subtle.sign('HMAC', imported, encoder.encode(text))).toString('base64');
}

/** Whether the vendor would let it in: token and signature. */
const LETS_IN: Readonly<Record<RobotKind, (request: Received) => Promise<boolean>>> = {
  wecom: async ({ url }) => url.pathname === '/cgi-bin/webhook/send' && url.searchParams.get('key') === TOKEN,
  dingtalk: async ({ url }) => {
    const timestamp = url.searchParams.get('timestamp') ?? '';
    const sign = await hmac(SIGNING_SECRET, `${timestamp}\n${SIGNING_SECRET}`);
    const isSigned = url.searchParams.get('sign') === sign && Math.abs(Number(timestamp) - NOW_MS) < 60 * MINUTE_MS;
    return url.pathname === '/robot/send' && url.searchParams.get('access_token') === TOKEN && isSigned;
  },
  feishu: async ({ url, body }) => {
    const { timestamp, sign } = JSON.parse(body) as { timestamp: string; sign: string }; // as the vendor's document has it
    const isSigned = sign === (await hmac(`${timestamp}\n${SIGNING_SECRET}`, ''));
    const isRecent = Math.abs(Number(timestamp) * SECOND_MS - NOW_MS) < 60 * MINUTE_MS;
    return url.pathname === `/open-apis/bot/v2/hook/${TOKEN}` && isSigned && isRecent;
  },
};

const TARGETS: Readonly<Record<RobotKind, ChannelTarget>> = {
  wecom: { kind: 'wecom', token: TOKEN },
  dingtalk: { kind: 'dingtalk', token: TOKEN, signingSecret: SIGNING_SECRET },
  feishu: { kind: 'feishu', token: TOKEN, signingSecret: SIGNING_SECRET },
};

interface RobotRig extends ChannelRig {
  receiver: HttpReceiver;
}

async function openRig<K extends RobotKind>(dialect: RobotDialect<K>, answers: Answers, limitedForMs: number): Promise<RobotRig> {
  const answer = async (request: Received, response: ServerResponse, behaviour: Behaviour) => {
    const isIn = await LETS_IN[dialect.kind](request);
    const body = behaviour === 'silent' || behaviour === 'cuts' || !isIn ? answers.refuses : answers[behaviour];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const receiver = await httpReceiver((...given) => void answer(...given));
  const clock = new ManualClock(NOW_MS);
  const post = createHttpPost(new OutboundHosts(LOOPBACK_NETWORKS), RIG_TIMEOUT_MS);
  const places = { townshipName: async () => '响水镇', consoleUrl: 'https://tianyan.example.gov.cn' };
  const channel = new RobotChannel(dialect, { post, clock, secret: SECRET, places, baseUrl: receiver.url });
  const sealedTarget = sealTarget(SECRET, DELIVERY.recipient, TARGETS[dialect.kind]);
  return {
    channel,
    delivery: { ...DELIVERY, channel: dialect.kind, sealedTarget },
    behave: (behaviour) => (receiver.behaviour = behaviour),
    heard: () => receiver.received.map(({ body }) => body),
    limitedForMs,
    passMs: (ms) => clock.advanceBy(ms),
    secrets: [TOKEN, SIGNING_SECRET],
    receiver,
    async close() {
      await post.close();
      await receiver.close();
    },
  };
}

const openWecom = () => openRig(wecom, WECOM, MINUTE_MS);
const RIGS: readonly [string, () => Promise<RobotRig>, number][] = [
  ['WeCom', openWecom, 20],
  ['DingTalk', () => openRig(dingtalk, DINGTALK, 10 * MINUTE_MS), 20],
  ['Feishu', () => openRig(feishu, FEISHU, MINUTE_MS), 5],
];

for (const [name, open] of RIGS) conformsToChannel(name, open);

const withRig = async (open: () => Promise<RobotRig>, use: (rig: RobotRig) => Promise<void>) => {
  const rig = await open();
  try {
    await use(rig);
  } finally {
    await rig.close();
  }
};

test.each(RIGS)('%s hears severity, township and link, and no explanation', async (_, open) => {
  await withRig(open, async ({ channel, delivery, heard }) => {
    await channel.send(delivery);
    expect(heard()).toEqual([expect.stringContaining('【严重】工单踢皮球')]);
    expect(heard()[0]).toContain('响水镇');
    expect(heard()[0]).toContain('https://tianyan.example.gov.cn/findings/f-1');
    expect(heard()[0]).not.toContain(EXPLANATION);
  });
});

test.each(RIGS)('%s is not called more often than its vendor lets in; what is held was not sent', async (_, open, count) => {
  await withRig(open, async ({ channel, delivery, heard, passMs }) => {
    for (let n = 0; n < count; n++) expect(await channel.send(delivery)).toEqual({ kind: 'delivered' });
    const held = await channel.send(delivery);
    expect(held).toMatchObject({ kind: 'held' });
    expect(heard()).toHaveLength(count);
    // Another robot has places of its own.
    const other: ClaimedDelivery = { ...delivery, recipient: 'c-2', sealedTarget: null };
    expect(await channel.send(other)).toEqual({ kind: 'final', reason: '这个渠道已经删除' });
    passMs(held.kind === 'held' ? held.afterMs : 0);
    expect(await channel.send(delivery)).toEqual({ kind: 'delivered' });
  });
});

test.each(RIGS)('%s that limits is not called again before the time it asks for', async (_, open) => {
  await withRig(open, async ({ channel, delivery, behave, passMs, limitedForMs, receiver }) => {
    behave('limits');
    expect(await channel.send(delivery)).toMatchObject({ kind: 'again' });
    behave('accepts');
    passMs((limitedForMs ?? 0) - 1);
    expect(await channel.send(delivery)).toEqual({ kind: 'held', afterMs: 1 });
    expect(receiver.received).toEqual([]);
  });
});

test('a target that was sealed under another secret, or for another channel, opens nothing', async () => {
  await withRig(openWecom, async ({ channel, delivery, receiver }) => {
    for (const sealedTarget of [sealTarget('another', 'c-1', TARGETS.wecom), sealTarget(SECRET, 'c-2', TARGETS.wecom)])
      expect(await channel.send({ ...delivery, sealedTarget })).toMatchObject({
        kind: 'final',
        reason: expect.stringContaining('webhook.key'),
      });
    expect(receiver.received).toEqual([]);
  });
});

test.each(['<html>sign in to the network</html>', '{"errcode"', '{"other":1}', 'null'])(
  'the answer %s says nothing of the message: it is tried again',
  async (text) => {
    const answering = await httpReceiver((_, response) => void response.writeHead(200).end(text));
    const post = createHttpPost(new OutboundHosts(LOOPBACK_NETWORKS), RIG_TIMEOUT_MS);
    const places = { townshipName: async () => undefined, consoleUrl: null };
    const clock = new ManualClock(NOW_MS);
    const channel = new RobotChannel(wecom, { post, clock, secret: SECRET, places, baseUrl: answering.url });
    const sealedTarget = sealTarget(SECRET, DELIVERY.recipient, TARGETS.wecom);
    try {
      expect(await channel.send({ ...DELIVERY, channel: 'wecom', sealedTarget })).toMatchObject({ kind: 'again' });
    } finally {
      await post.close();
      await answering.close();
    }
  },
);

test('tags that Feishu would follow are no tags', () => {
  const { body } = feishu.request({ kind: 'feishu', token: TOKEN, signingSecret: null }, '<at user_id="all"></at>', NOW_MS);
  expect(JSON.stringify(body)).not.toContain('<');
});

test('a long text is cut at a whole character, below the limit in bytes', () => {
  const text = plainText({ title: '𠮷'.repeat(1_000), lines: ['末行'] }, 2_048);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
  expect(text.endsWith('𠮷…')).toBe(true);
  expect(plainText({ title: '短', lines: ['末行'] }, 2_048)).toBe('天眼：短\n末行');
});
