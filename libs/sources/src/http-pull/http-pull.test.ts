import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { seededRng, sequentialIds, type Pause } from '@tianyan/kernel';
import type { StreamMessage } from '@tianyan/stream';
import { join } from 'node:path';
import { pino } from 'pino';
import { startConnectorFixture, type ConnectorFixture, type FixtureChanges } from '../connector.test-fixture.js';
import {
  sourcesFrom,
  startUpstream,
  UNIT_MAPPING,
  unitPages,
  unitRows,
  type UpstreamAnswer,
  type UpstreamRequest,
} from '../upstream.test-fixture.js';
import { PULL_BACKOFF } from './http-pages.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => fixture.stop());

/** Remembers how long it was asked to wait, and does not wait. */
function countedPause() {
  const delaysMs: number[] = [];
  const pause: Pause = async (delayMs) => void delaysMs.push(delayMs);
  return { delaysMs, pause };
}

async function unitsFrom(
  source: string,
  answer: (request: UpstreamRequest) => UpstreamAnswer | Promise<UpstreamAnswer>,
  changes: FixtureChanges = {},
) {
  const upstream = await startUpstream(answer);
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': unitPages(source, upstream.url),
  });
  const { connector, pipeline } = fixture.compose(loaded, changes);
  await connector.register();
  return {
    upstream,
    loaded,
    poll: () => connector.poll(source, 'units'),
    interrupt: () => connector.interrupt(),
    interruptPages: () => pipeline.interrupt(),
    cursor: () => fixture.parts.sources.cursor(source, 'units'),
    status: () => fixture.parts.sources.find(source),
    published: async () => (await fixture.published('directory.unit')).filter((message) => sourceOf(message) === source),
  };
}

function sourceOf(message: StreamMessage): unknown {
  return (JSON.parse(message.value) as { source: unknown }).source;
}

/** Numbered units in pages of `size`, as many as `total`. */
function paged(total: number, size: number) {
  return ({ query }: UpstreamRequest): UpstreamAnswer => {
    const after = Number(query.get('after'));
    const count = Math.min(size, total - after);
    return { body: { rows: unitRows(after + 1, count), next: after + count, more: after + count < total } };
  };
}

describe('the cursor', () => {
  test('moves page by page, and only what is new is asked for afterwards', async () => {
    let total = 5;
    const units = await unitsFrom('pages', (request) => paged(total, 2)(request));
    expect(await units.poll()).toMatchObject({ accepted: 5, refused: 0 });
    expect(units.upstream.requests.map(({ query }) => query.get('after'))).toEqual(['0', '2', '4']);
    expect(units.upstream.requests[0]?.headers.authorization).toBe('Bearer key');
    total = 6;
    expect(await units.poll()).toMatchObject({ accepted: 1 });
    expect(await units.cursor()).toBe('{"after":6}');
    expect(new Set((await units.published()).map(({ key }) => key))).toEqual(new Set(['U1', 'U2', 'U3', 'U4', 'U5', 'U6']));
  });

  test('stays when the process dies before the stream has acknowledged, and when it dies right after', async () => {
    let dies: 'before' | 'after' | null = 'before';
    const producer = fixture.stream.producer();
    const units = await unitsFrom('killed', paged(4, 2), {
      producer: {
        async publish(topic, messages) {
          if (dies === 'before' && messages.some(({ key }) => key === 'U3')) throw new Error('killed before the stream had it');
          await producer.publish(topic, messages);
          if (dies === 'after' && messages.some(({ key }) => key === 'U3')) throw new Error('killed after the stream had it');
        },
        close: () => producer.close(),
      },
    });
    await units.poll();
    expect(await units.cursor()).toBe('{"after":2}');
    expect(await units.published()).toHaveLength(2);
    dies = 'after';
    await units.poll();
    expect(await units.cursor()).toBe('{"after":2}');
    dies = null;
    await units.poll();
    expect(await units.cursor()).toBe('{"after":4}');
    const keys = (await units.published()).map(({ key }) => key);
    // Nothing is missing; what stood in the stream when the process died is there twice, and the writer takes it once.
    expect(keys.toSorted()).toEqual(['U1', 'U2', 'U3', 'U3', 'U4', 'U4']);
  });

  test('that does not move although there is more stops the poll instead of asking for ever', async () => {
    const units = await unitsFrom('stuck', () => ({ body: { rows: unitRows(1, 1), next: 0, more: true } }));
    await units.poll();
    expect(units.upstream.requests).toHaveLength(1);
    expect((await units.status())?.error).toContain('没有给出新的游标');
  });

  test('of an empty answer stands as it was', async () => {
    const units = await unitsFrom('empty', ({ count }) =>
      count === 1 ? paged(2, 2)({ query: new URLSearchParams('after=0'), headers: {}, count }) : { body: { rows: [] } },
    );
    await units.poll();
    await units.poll();
    expect(await units.cursor()).toBe('{"after":2}');
    expect((await units.status())?.state).toBe('idle');
  });
});

describe('an upstream in trouble', () => {
  test('that asks for patience is left alone for as long', async () => {
    const { delaysMs, pause } = countedPause();
    const answer = (request: UpstreamRequest): UpstreamAnswer =>
      request.count === 1 ? { status: 429, headers: { 'retry-after': '17' }, body: {} } : paged(1, 1)(request);
    const units = await unitsFrom('patience', answer, { pause, rng: seededRng(3) });
    expect(await units.poll()).toMatchObject({ accepted: 1 });
    expect(delaysMs).toEqual([17_000]);
  });

  test('is tried again with growing, jittered delays', async () => {
    const { delaysMs, pause } = countedPause();
    const units = await unitsFrom('backoff', () => ({ status: 503, body: {} }), { pause, rng: seededRng(11) });
    await units.poll();
    const jitter = seededRng(11);
    const ceilingsMs = [250, 500, 1000, 2000, 4000, 8000, 15_000];
    expect(delaysMs).toEqual(ceilingsMs.map((ceilingMs) => Math.ceil(jitter.next() * ceilingMs)));
    expect(units.upstream.requests).toHaveLength(PULL_BACKOFF.maxAttempts);
    expect(await units.status()).toMatchObject({ state: 'failing', error: 'units：上游暂时不可用（503），稍后自动重试' });
  });

  test('that cuts connections, answers half a document or is out for a whole poll loses nothing', async () => {
    const { pause } = countedPause();
    let isOut = false;
    const units = await unitsFrom(
      'outage',
      (request) => {
        if (isOut || request.count === 2) return { drop: true };
        if (request.count === 3) return { text: '{"rows":[{"id":"U3"' };
        return paged(4, 2)(request);
      },
      { pause },
    );
    expect(await units.poll()).toMatchObject({ accepted: 4 });
    isOut = true;
    await units.poll();
    expect((await units.status())?.error).toContain('连接上游失败或超时');
    isOut = false;
    await units.poll();
    expect(await units.status()).toMatchObject({ state: 'idle', error: null, acceptedTotal: 4 });
    expect((await units.published()).map(({ key }) => key).toSorted()).toEqual(['U1', 'U2', 'U3', 'U4']);
  });

  test.each([
    ['half', '{"rows":[{"id":"U1"', '上游返回的内容不是完整的 JSON'],
    ['no-rows', '{"data":[]}', '上游的回答中没有 rows'],
    ['text-rows', '{"rows":"<html>"}', '上游的回答中没有 rows'],
    ['page', '<html>502 Bad Gateway</html>', '上游返回的内容不是完整的 JSON'],
    ['null', 'null', '上游的回答中没有 rows'],
  ])('that answers something else (%s) is said to do so, and the cursor stays', async (name, text, message) => {
    const { pause } = countedPause();
    const units = await unitsFrom(`other-${name}`, () => ({ text }), { pause });
    await units.poll();
    expect((await units.status())?.error).toBe(`units：${message}，稍后自动重试`);
    expect(await units.cursor()).toBeNull();
  });

  test('that no longer knows our token is not asked again and again; the person reads what to do', async () => {
    const { delaysMs, pause } = countedPause();
    let isExpired = true;
    const units = await unitsFrom('token', (request) => (isExpired ? { status: 401, body: {} } : paged(1, 1)(request)), {
      pause,
    });
    await units.poll();
    expect(units.upstream.requests).toHaveLength(1);
    expect(delaysMs).toEqual([]);
    expect(await units.status()).toMatchObject({ state: 'failing', error: 'units：上游拒绝了访问（401）：请检查密钥' });
    expect(await units.cursor()).toBeNull();
    isExpired = false;
    expect(await units.poll()).toMatchObject({ accepted: 1 });
  });

  test('that repeats pages and rows brings the same versions again', async () => {
    const units = await unitsFrom('repeats', ({ count }) => ({
      body: { rows: [...unitRows(1, 2), ...unitRows(1, 1)], next: count, more: count < 2 },
    }));
    await units.poll();
    const published = await units.published();
    expect(published).toHaveLength(6);
    expect(new Set(published.map(({ key, headers }) => `${key}@${headers['version']}`))).toEqual(new Set(['U1@1', 'U2@1']));
  });
});

test('a process that stops ends a long poll after the page in hand, and the next goes on from there', async () => {
  const told: unknown[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void told.push(JSON.parse(line)) });
  const units = await unitsFrom(
    'interrupted',
    (request) => {
      units.interruptPages();
      return paged(6, 2)(request);
    },
    { ids: sequentialIds('page'), logger },
  );
  expect(await units.poll()).toBeNull();
  expect(await units.cursor()).toBe('{"after":2}');
  expect(await units.status()).toMatchObject({ state: 'running', error: null });
  // What it had read can be followed through the other processes.
  // The first id is the load's.
  const published = { msg: 'page published', trace: 'page2', source: 'interrupted', feed: 'units', records: 2 };
  expect(told).toEqual([expect.objectContaining(published)]);
  expect((await units.published()).map(({ headers }) => headers['trace'])).toEqual(['page2', 'page2']);

  expect(await fixture.connector(units.loaded).poll('interrupted', 'units')).toMatchObject({ accepted: 4 });
});

test.each([
  ['that holds its answer back', () => new Promise<UpstreamAnswer>(() => {})],
  ['that asks for patience', () => ({ status: 429, headers: { 'retry-after': '50' }, body: {} })],
])('a process that stops does not wait for an upstream %s, and holds nothing against it', async (words, answer) => {
  const asked = Promise.withResolvers<void>();
  const units = await unitsFrom(`held-${words.length}`, () => {
    asked.resolve();
    return answer();
  });
  const poll = units.poll();
  await asked.promise;
  units.interrupt();
  expect(await poll).toBeNull();
  expect(await units.status()).toMatchObject({ state: 'running', error: null });
});

test('two polls of one feed never run at once', async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const upstream = await startUpstream(async (request) => {
    asked.resolve();
    await gate.promise;
    return paged(1, 1)(request);
  });
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, 'alone'), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': unitPages('alone', upstream.url),
  });
  const [one, other] = [fixture.connector(loaded), fixture.connector(loaded)];
  await one.register();
  const first = one.poll('alone', 'units');
  await asked.promise;
  // The other one has a lock of its own in memory, as another process has.
  expect(await other.poll('alone', 'units')).toBeNull();
  expect(await one.poll('alone', 'units')).toBeNull();
  gate.resolve();
  expect(await first).toMatchObject({ accepted: 1 });
});
