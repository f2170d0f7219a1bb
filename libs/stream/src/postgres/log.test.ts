import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS, ManualClock, seededRng, sequentialIds, systemClock } from '@tianyan/kernel';
import { row, rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { until } from '../conformance/bench.js';
import {
  createPostgresStream,
  PartitionLostError,
  type Stream,
  type StreamBatch,
  type StreamEvent,
  type StreamMessage,
  streamMigrations,
} from '../index.js';

const FAST = { pollMs: 200, heartbeatMs: 100, leaseMs: 2_000, backoff: { firstDelayMs: 20, maxDelayMs: 200 } };
const LIMITS = { maxBatchMessages: 1_000, maxBatchBytes: 64 * 1024 * 1024, startFrom: 'earliest' } as const;

/** What only the PostgreSQL adapter does: how it allocates, stores, keeps and fences. */
describe('log on PostgreSQL', () => {
  let postgres: TestPostgres;
  let admin: Pool;
  let topic = '';
  let made = 0;
  const open: Stream[] = [];
  const events: StreamEvent[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres([streamMigrations]);
    admin = postgres.pool;
  });
  beforeEach(() => {
    topic = `log.${++made}`;
  });
  afterAll(async () => {
    await Promise.all(open.map((stream) => stream.close()));
    await postgres.stop();
  });

  function openStream(input: { clock?: ManualClock; options?: Partial<typeof FAST> } = {}): Stream {
    const stream = createPostgresStream({
      databaseUrl: postgres.databaseUrl,
      clock: input.clock ?? systemClock,
      rng: seededRng(1),
      ids: sequentialIds(`m${open.length}-`),
      onEvent: (event) => events.push(event),
      options: { ...FAST, ...input.options },
    });
    open.push(stream);
    return stream;
  }
  async function topicId(): Promise<number> {
    const sql = 'SELECT topic_id AS id FROM stream_topics WHERE topic = $1';
    return (await row(admin, z.object({ id: z.int() }), sql, [topic])).id;
  }
  async function rowsInLog(): Promise<{ chunks: number; messages: number }> {
    return row(
      admin,
      z.object({ chunks: z.int(), messages: z.int() }),
      `SELECT count(*)::int AS chunks, coalesce(sum(last_offset - first_offset + 1), 0)::int AS messages FROM stream_log WHERE topic_id = $1`,
      [await topicId()],
    );
  }
  async function collect(stream: Stream, group: string, count: number): Promise<StreamMessage[]> {
    const read: StreamMessage[] = [];
    const consumer = stream.consumer({ ...LIMITS, group, topics: [topic] });
    await consumer.start(async ({ messages }) => void read.push(...messages));
    await until(`${count} messages`, () => read.length >= count);
    await until('they are committed', async () =>
      (await stream.admin().lag(group, [topic])).every((partition) => partition.lagMessages === 0),
    );
    await consumer.stop();
    return read;
  }
  const one = (value: string) => [{ key: 'k', value }];

  test('an offset is not given out while an earlier one is undecided, and a rolled-back one is used again', async () => {
    const stream = openStream();
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null }]);
    await stream.producer().publish(topic, one('first'));
    const undecided = await admin.connect();
    await undecided.query('BEGIN');
    await undecided.query('SELECT * FROM stream_reserve($1, $2, $3)', [await topicId(), [0], [10]]);
    let settled = false;
    const second = stream
      .producer()
      .publish(topic, one('second'))
      .finally(() => {
        settled = true;
      });
    await until('the second producer waits for the first', async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%stream_append%'`;
      return (await rows(admin, z.unknown(), waiting)).length > 0;
    });
    expect(settled).toBe(false);
    await undecided.query('ROLLBACK');
    undecided.release();
    await second;
    const read = await collect(stream, `g-${topic}`, 2);
    expect(read.map(({ offset, value }) => `${offset} ${value}`)).toEqual(['0 first', '1 second']);
  });

  test('a publish too large for one call is streamed, and all its partitions come back whole', async () => {
    const stream = openStream();
    await stream.admin().ensureTopics([{ topic, partitions: 3, retentionMs: null }]);
    // Incompressible, so that it is really large.
    const messages = Array.from({ length: 300 }, (_, index) => ({
      key: `k${index}`,
      value: randomBytes(6_000).toString('base64'),
    }));
    await stream.producer().publish(topic, messages);
    const read = await collect(stream, `g-${topic}`, messages.length);
    expect(new Map(read.map(({ key, value }) => [key, value]))).toEqual(new Map(messages.map(({ key, value }) => [key, value])));
    expect(read).toHaveLength(messages.length);
  });

  test('calls that nobody waited for keep their order', async () => {
    const stream = openStream();
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null }]);
    const producer = stream.producer();
    await Promise.all(Array.from({ length: 40 }, (_, index) => producer.publish(topic, one(`${index}`))));
    const read = await collect(stream, `g-${topic}`, 40);
    expect(read.map((message) => Number(message.value))).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test('retention drops what is too old, from the old end only, and a slow group goes on behind the gap', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    const stream = openStream({ clock });
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: DAY_MS }]);
    await collect(stream, `slow-${topic}`, 0);
    for (let day = 0; day < 4; day++) {
      await stream.producer().publish(topic, one(`day ${day}`));
      clock.advanceBy(DAY_MS / 2 + 1);
    }
    await stream.admin().enforceRetention();
    expect(await rowsInLog()).toEqual({ chunks: 1, messages: 1 });
    const [lag] = await stream.admin().lag(`slow-${topic}`, [topic]);
    expect(lag).toMatchObject({ lagMessages: 1, endOffset: 4 });
    const read = await collect(stream, `slow-${topic}`, 1);
    expect(read.map(({ offset, value }) => `${offset} ${value}`)).toEqual(['3 day 3']);
  });

  test('a topic that says so loses what every known group has committed, and nothing else', async () => {
    const stream = openStream();
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null, dropCommitted: true }]);
    for (let index = 0; index < 5; index++) await stream.producer().publish(topic, one(`${index}`));
    await stream.admin().enforceRetention();
    expect(await rowsInLog()).toEqual({ chunks: 5, messages: 5 });
    await collect(stream, `a-${topic}`, 5);
    const slow = stream.consumer({ ...LIMITS, group: `b-${topic}`, topics: [topic], maxBatchMessages: 1 });
    await slow.start(async ({ messages }) => {
      if (messages[0].value === '2') throw new Error('stops here');
    });
    await expect(slow.finished).rejects.toThrow('stops here');
    await stream.admin().enforceRetention();
    expect(await rowsInLog()).toEqual({ chunks: 3, messages: 3 });
    const rest = await collect(stream, `b-${topic}`, 3);
    expect(rest.map((message) => message.value)).toEqual(['2', '3', '4']);
  });

  test('a member whose lease has run out is fenced: its commit is refused and the new owner gets the batch', async () => {
    const stream = openStream();
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null }]);
    await stream.producer().publish(topic, one('v'));
    const group = `fence-${topic}`;
    const held: StreamBatch[] = [];
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sleeper = openStream({ options: { heartbeatMs: 3_600_000 } }).consumer({ ...LIMITS, group, topics: [topic] });
    await sleeper.start(async (batch) => {
      held.push(batch);
      await opened;
    });
    await until('it holds the batch', () => held.length === 1);
    await held[0]?.assertOwned();
    // As if its event loop had stopped for longer than the lease.
    await admin.query(`UPDATE stream_members SET expires_at = clock_timestamp() - interval '1 second' WHERE group_name = $1`, [
      group,
    ]);
    const taken: StreamBatch[] = [];
    const successor = openStream().consumer({ ...LIMITS, group, topics: [topic] });
    await successor.start(async (batch) => {
      taken.push(batch);
      await batch.assertOwned();
      open();
      await until('the sleeper learned that it lost', () =>
        events.some((event) => event.kind === 'lost' && event.topic === topic),
      );
    });
    await until('the successor has it', async () => (await stream.admin().lag(group, [topic]))[0]?.lagMessages === 0);
    expect(taken.map((batch) => batch.messages[0].offset)).toEqual(held.map((batch) => batch.messages[0].offset));
    await expect(held[0]?.assertOwned()).rejects.toBeInstanceOf(PartitionLostError);
    await successor.stop();
    await sleeper.stop();
  });

  test('asserting ownership renews a lease that is running out', async () => {
    const stream = openStream({ options: { heartbeatMs: 3_600_000 } });
    await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null }]);
    await stream.producer().publish(topic, one('v'));
    const group = `renew-${topic}`;
    const left: number[] = [];
    const consumer = stream.consumer({ ...LIMITS, group, topics: [topic] });
    await consumer.start(async (batch) => {
      await admin.query(`UPDATE stream_members SET expires_at = clock_timestamp() + interval '100 ms' WHERE group_name = $1`, [
        group,
      ]);
      await batch.assertOwned();
      const { ms } = await row(
        admin,
        z.object({ ms: z.number() }),
        `SELECT (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::float8 AS ms FROM stream_members WHERE group_name = $1`,
        [group],
      );
      left.push(ms);
    });
    await until('the batch is committed', async () => (await stream.admin().lag(group, [topic]))[0]?.lagMessages === 0);
    await consumer.stop();
    expect(left).toHaveLength(1);
    expect(left[0]).toBeGreaterThan(FAST.leaseMs / 2);
  });

  test('the partitions of an existing topic stay, its retention follows', async () => {
    const topics = openStream().admin();
    await topics.ensureTopics([{ topic, partitions: 2, retentionMs: null }]);
    await topics.ensureTopics([{ topic, partitions: 5, retentionMs: DAY_MS }]);
    expect(await topics.lag('nobody', [topic])).toHaveLength(2);
    const { rows: found } = await admin.query('SELECT partitions, retention_ms::int FROM stream_topics WHERE topic = $1', [
      topic,
    ]);
    expect(found).toEqual([{ partitions: 2, retention_ms: DAY_MS }]);
  });
});
