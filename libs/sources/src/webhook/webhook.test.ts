import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock, RetriableError } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import type { OutgoingMessage } from '@tianyan/stream';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, UNIT_MAPPING, unitRows } from '../upstream.test-fixture.js';
import { MAX_PUSH_BYTES, pushEndpoint } from './push-endpoint.js';
import { PUSH_LEASE_MS, PushReplays } from './push-replays.js';
import { MAX_PUSHED_ROWS, type PushReceiver } from './push-receiver.js';
import { REPLAY_WINDOW_MS, SIGNATURE_HEADER, signPush, TIMESTAMP_HEADER } from './signature.js';

const KEY = 'a key that sender and receiver share';
const clock = new ManualClock(Date.UTC(2026, 6, 1));
let fixture: ConnectorFixture;
let url: string;
let isStreamOut = false;
/** Another one is another process, or the same after a restart. */
let makeReceiver: () => PushReceiver;
let receiver: PushReceiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  fixture = await startConnectorFixture();
  const source = (name: string, secret: string) => `
source: ${name}
label: 推送
kind: webhook
secret: ${secret}
feeds: [{ feed: units, label: 单位, mapping: mappings/units.yaml, rows: data.rows }]
`;
  const loaded = await sourcesFrom(join(fixture.folder, 'webhook'), {
    'mappings/units.yaml': UNIT_MAPPING,
    'push.yaml': source('push-units', 'push'),
    'keyless.yaml': source('push-keyless', 'nobody-set-it'),
  });
  await fixture.connector(loaded).register();
  const producer = fixture.stream.producer();
  const changes = {
    machineClock: clock,
    secrets: { push: KEY },
    producer: {
      publish: async (topic: string, messages: readonly OutgoingMessage[]) => {
        if (isStreamOut) throw new RetriableError('the stream is out of reach');
        await producer.publish(topic, messages);
      },
      close: () => producer.close(),
    },
  };
  makeReceiver = () => fixture.compose(loaded, changes).pushes;
  receiver = makeReceiver();
  const server = createServer((request, response) => pushEndpoint(receiver, fixture.logger)(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on a port, so not a text
  stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
});
afterAll(async () => {
  await stop();
  await fixture.stop();
});

interface Sent {
  path?: string;
  method?: string;
  key?: string;
  signedAtMs?: number;
  body: string | Buffer;
  headers?: Record<string, string>;
}

async function push({ path = '/push-units/units', method = 'POST', key = KEY, signedAtMs = clock.nowMs(), body, headers }: Sent) {
  const bytes = Buffer.from(body);
  const signed = { [TIMESTAMP_HEADER]: String(signedAtMs), [SIGNATURE_HEADER]: signPush(key, signedAtMs, bytes) };
  const response = await fetch(url + path, { method, headers: headers ?? signed, ...(method === 'POST' ? { body: bytes } : {}) });
  const answer = (await response.json()) as { message?: string };
  return { status: response.status, answer, message: answer.message };
}

const published = async () => new Set((await fixture.published('directory.unit')).map(({ key }) => key));
const rows = (...list: unknown[]) => JSON.stringify({ data: { rows: list } });

describe('a push', () => {
  test('with a right signature is in the stream when it is answered', async () => {
    const { status, answer } = await push({ body: rows(...unitRows(1, 2), { id: 'broken' }, 'no object') });
    expect({ status, answer }).toEqual({ status: 200, answer: { accepted: 2, repeated: 0, refused: 2 } });
    expect(await published()).toEqual(new Set(['U1', 'U2']));
    const quarantined = await fixture.parts.quarantine.list({ source: 'push-units', limit: 10 });
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      '不是一条完整的 JSON 对象，无法识别字段',
      expect.stringContaining('必填，但没有内容'),
    ]);
    expect(await fixture.parts.sources.find('push-units')).toMatchObject({ acceptedTotal: 2, refusedTotal: 2, state: 'idle' });
  });

  test('with a wrong key, a changed body, no signature or an unknown name gets one and the same answer', async () => {
    const body = rows(...unitRows(10, 1));
    const signedAtMs = clock.nowMs();
    const answers = await Promise.all([
      push({ body, key: 'another key' }),
      push({ body: body.replace('单位10', '单位11'), headers: signedFor(body, signedAtMs) }),
      push({ body, headers: {} }),
      push({ body, path: '/nobody/units' }),
      push({ body, path: '/push-keyless/units' }),
      push({ body, headers: { [TIMESTAMP_HEADER]: 'yesterday', [SIGNATURE_HEADER]: 'v1=00' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
    expect(await published()).not.toContain('U10');
  });

  test('is taken once: sent again at once it is a repetition, sent again later it is too old', async () => {
    const body = rows(...unitRows(20, 1));
    const signedAtMs = clock.nowMs();
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 200 });
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 409, message: '这条消息已经收到过了' });
    clock.advanceBy(REPLAY_WINDOW_MS + 1);
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 401, message: expect.stringContaining('请校准时钟') });
    // The same content signed anew is a new message.
    expect(await push({ body })).toMatchObject({ status: 200 });
    // A sender whose clock is ahead cannot have the message recorded for later.
    const aheadMs = clock.nowMs() + REPLAY_WINDOW_MS;
    expect(await push({ body, signedAtMs: aheadMs })).toMatchObject({ status: 200 });
    clock.advanceBy(2 * REPLAY_WINDOW_MS - 1);
    expect(await push({ body, signedAtMs: aheadMs })).toMatchObject({ status: 409 });
  });

  test('is taken once by all processes together, over a restart too, and its signature is kept no longer than it is valid', async () => {
    const body = rows(...unitRows(60, 1));
    const signedAtMs = clock.nowMs();
    const kept = () => execute(fixture.pool, 'SELECT 1 FROM push_seen');
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 200 });
    receiver = makeReceiver();
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 409, message: '这条消息已经收到过了' });
    clock.advanceBy(1);
    // Several at once, as a sender that lost patience sends: one is taken, the others are told to come again or that it is.
    const message = {
      source: 'push-units',
      feed: 'units',
      timestamp: String(clock.nowMs()),
      signature: signPush(KEY, clock.nowMs(), Buffer.from(body)),
      body: Buffer.from(body),
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => makeReceiver().receive(message)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    clock.advanceBy(3 * REPLAY_WINDOW_MS);
    await push({ body });
    expect(await kept()).toBe(1);
  });

  test('over which a process died may be sent again: nobody knows whether the stream has it', async () => {
    const body = rows(...unitRows(70, 1));
    const signedAtMs = clock.nowMs();
    const signature = signPush(KEY, signedAtMs, Buffer.from(body));
    expect(await new PushReplays(fixture.pool, clock).begin(signature)).toBe('new');
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 503 });
    clock.advanceBy(PUSH_LEASE_MS);
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 200 });
    expect(await published()).toContain('U70');
  });

  test('that could not be taken may be sent again as it is', async () => {
    const body = rows(...unitRows(40, 1));
    const signedAtMs = clock.nowMs();
    isStreamOut = true;
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 503, message: '暂时无法接收，请稍后重发' });
    isStreamOut = false;
    expect(await push({ body, signedAtMs })).toMatchObject({ status: 200 });
    expect(await published()).toContain('U40');
  });

  test('that is too large or has too many rows is refused whole', async () => {
    expect(await push({ body: Buffer.alloc(MAX_PUSH_BYTES + 1, 'x') })).toMatchObject({ status: 413 });
    const many = await push({ body: rows(...Array.from({ length: MAX_PUSHED_ROWS + 1 }, () => 0)) });
    expect(many).toMatchObject({ status: 413, message: `一次最多 ${MAX_PUSHED_ROWS} 条，请分几次发送` });
    // The server still works for the next one.
    expect(await push({ body: rows() })).toMatchObject({ status: 200 });
  });

  test('that is no document of the expected shape is refused with what is wrong', async () => {
    expect(await push({ body: '{"data":{"rows":[' })).toMatchObject({ status: 400, message: '内容不是完整的 JSON' });
    expect(await push({ body: Buffer.from([0x22, 0xd6, 0xd0, 0x22]) })).toMatchObject({
      status: 400,
      message: '内容不是 UTF-8 编码的 JSON',
    });
    expect(await push({ body: '[]' })).toMatchObject({ status: 400, message: '内容中应有数组 data.rows' });
    expect(await push({ body: 'null' })).toMatchObject({ status: 400 });
    clock.advanceBy(1);
    expect(await push({ body: rows(), path: '/push-units/other' })).toMatchObject({ status: 404 });
    expect(await push({ body: rows(), path: '/push-units' })).toMatchObject({ status: 404 });
    expect(await push({ body: '', method: 'GET' })).toMatchObject({ status: 404 });
    const statuses: Record<string, number> = {
      '//': 404,
      '/%00/units': 401,
      '/push-units/%ff': 404,
      [`/push-units/${'x'.repeat(5_000)}`]: 404,
      '/__proto__/constructor': 401,
    };
    for (const [path, status] of Object.entries(statuses))
      expect([path, (await push({ body: rows(), path })).status]).toEqual([path, status]);
  });

  test.each([
    ['deep', `{"data":{"rows":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}}`, '内容嵌套超过 100 层，无法读取'],
    ['deep in a row', `{"data":{"rows":[{"id":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]}}`, '内容嵌套超过'],
    ['bytes that are packed', gzipSync('{"data":{"rows":[]}}'), '内容不是 UTF-8 编码的 JSON'],
    ['bytes of another encoding', Buffer.from('\uFEFF{}', 'utf16le'), '内容不是 UTF-8 编码的 JSON'],
  ])('of %s is refused in words', async (_name, body, message) => {
    const answer = await push({ body });
    expect(answer).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  test.each([
    ['NUL in a value', { name: 'a\0b' }],
    ['a huge number', { version: 1e308 }],
    ['a number beyond every range', { changedAtMs: '9'.repeat(400) }],
    ['members of every object', JSON.parse('{"__proto__":{"id":"polluted"},"constructor":1}') as object],
    ['half a character', { name: '\uD800' }],
  ])('with %s sets that row aside, and goes on', async (_name, change) => {
    const [row, good] = unitRows(80, 2);
    const answer = await push({ body: rows({ ...row, ...change }, good) });
    expect(answer.status).toBe(200);
    expect(await published()).toContain('U81');
    expect(({} as { id?: unknown }).id).toBeUndefined();
    clock.advanceBy(1);
  });

  test('is refused while the source is switched off', async () => {
    await fixture.parts.sources.setEnabled('push-units', false);
    expect(await push({ body: rows(...unitRows(30, 1)) })).toMatchObject({ status: 409 });
    await fixture.parts.sources.setEnabled('push-units', true);
    expect(await published()).not.toContain('U30');
  });
});

function signedFor(body: string, signedAtMs: number): Record<string, string> {
  return { [TIMESTAMP_HEADER]: String(signedAtMs), [SIGNATURE_HEADER]: signPush(KEY, signedAtMs, Buffer.from(body)) };
}
