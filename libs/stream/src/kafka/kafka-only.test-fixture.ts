import { describe, expect, test } from '@jest/globals';
import { RetriableError } from '@tianyan/kernel';
import kafkajs, { type Admin, type ConsumerConfig, type Kafka } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { until } from '../conformance/bench.js';
import type { KafkaSasl, KafkaStreamInput, Stream, StreamMessage } from '../index.js';
import { type Cable, SCRAM_USER, type TestBroker } from './kafka.test-fixture.js';

export interface KafkaBench {
  open: (input?: Partial<KafkaStreamInput>) => Promise<{ stream: Stream; cable: Cable }>;
  broker: () => Promise<TestBroker>;
}

const LIMITS = { maxBatchMessages: 100, maxBatchBytes: 1024 * 1024, startFrom: 'earliest' } as const;

async function readUntil(
  stream: Stream,
  topic: string,
  isEnough: (read: readonly StreamMessage[]) => boolean,
): Promise<StreamMessage[]> {
  const read: StreamMessage[] = [];
  const consumer = stream.consumer({ ...LIMITS, group: `reader-of-${topic}`, topics: [topic] });
  await consumer.start(async ({ messages }) => void read.push(...messages));
  await until(`enough of ${topic}`, () => isEnough(read));
  await consumer.stop();
  return read;
}

/** What only Kafka has: identities of producers, settings of topics, TLS and users. */
export function kafkaTests(bench: KafkaBench): void {
  const withAdmin = async <T>(call: (admin: Admin) => Promise<T>): Promise<T> => {
    const { brokers } = await bench.broker();
    const admin = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await call(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const settingsOf = async (topic: string) => {
    const { resources } = await withAdmin((admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }] }),
    );
    return Object.fromEntries((resources[0]?.configEntries ?? []).map((entry) => [entry.configName, entry.configValue]));
  };
  // Incompressible, so that the request is as large as it looks.
  const large = (bytes: number) => randomBytes(bytes / 2).toString('hex');

  describe('Kafka only', () => {
    test('a publish whose answer was lost is stored once', async () => {
      const { stream, cable } = await bench.open();
      await stream.admin().ensureTopics([{ topic: 'lost.answer', partitions: 1, retentionMs: null }]);
      const producer = stream.producer();
      await producer.publish('lost.answer', [{ key: 'k', value: 'first' }]);
      cable.loseAnswer(50_000, false);
      await producer.publish('lost.answer', [{ key: 'k', value: large(200_000) }]);
      await producer.publish('lost.answer', [{ key: 'k', value: 'last' }]);
      const read = await readUntil(stream, 'lost.answer', (all) => all.some(({ value }) => value === 'last'));
      expect(read.map(({ value }) => value.length)).toEqual(['first'.length, 200_000, 'last'.length]);
    });

    test('after a publish that failed although it was stored, the next one is not taken for its repetition', async () => {
      const { stream, cable } = await bench.open();
      await stream.admin().ensureTopics([{ topic: 'failed.but.stored', partitions: 1, retentionMs: null }]);
      const producer = stream.producer();
      await producer.publish('failed.but.stored', [{ key: 'k', value: 'first' }]);
      cable.loseAnswer(50_000, true);
      await expect(producer.publish('failed.but.stored', [{ key: 'k', value: large(200_000) }])).rejects.toBeInstanceOf(
        RetriableError,
      );
      cable.mend();
      await producer.publish('failed.but.stored', [{ key: 'k', value: 'another' }]);
      const { stream: reader } = await bench.open();
      const read = await readUntil(reader, 'failed.but.stored', (all) => all.length === 3);
      expect(read.map(({ value }) => value.length)).toEqual(['first'.length, 200_000, 'another'.length]);
    });

    test.each(['zstd', 'gzip', 'none'] as const)(
      'messages beyond the limit of a record batch pass, compressed by %s',
      async (compression) => {
        const topic = `large.${compression}`;
        const { stream } = await bench.open({ options: { compression } });
        await stream.admin().ensureTopics([{ topic, partitions: 2, retentionMs: null }]);
        const values = [large(3_000_000), ...Array.from({ length: 40 }, (_, index) => `${index}-${large(60_000)}`)];
        await stream.producer().publish(
          topic,
          values.map((value, index) => ({ key: `key-${index}`, value, headers: { trace: '中文' } })),
        );
        const { stream: reader } = await bench.open();
        const valuesOf = (all: readonly { value: string }[]) => new Set(all.map(({ value }) => value));
        const read = await readUntil(reader, topic, (all) => valuesOf(all).size >= values.length);
        // A publish whose answer came too late is sent again: a set, for nothing promises that each comes once.
        expect([...valuesOf(read)].toSorted()).toEqual(values.toSorted());
        expect(new Set(read.map(({ headers }) => headers['trace']))).toEqual(new Set(['中文']));
      },
    );

    test('topics get their settings; a second look changes the retention and keeps what an operator has set', async () => {
      const { stream } = await bench.open({ options: { committedRetentionMs: 7_777_000 } });
      const admin = stream.admin();
      await admin.ensureTopics([{ topic: 'settings', partitions: 3, retentionMs: 1_000_000 }]);
      expect(await settingsOf('settings')).toMatchObject({
        'cleanup.policy': 'delete',
        'retention.ms': '1000000',
        'message.timestamp.type': 'LogAppendTime',
      });
      await withAdmin((kafka) =>
        kafka.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: kafkajs.ConfigResourceTypes.TOPIC,
              name: 'settings',
              configEntries: [
                { name: 'retention.ms', value: '1000000' },
                { name: 'segment.ms', value: '123456' },
              ],
            },
          ],
        }),
      );
      await admin.ensureTopics([{ topic: 'settings', partitions: 5, retentionMs: null, dropCommitted: true }]);
      await until('the retention is the new one', async () => (await settingsOf('settings'))['retention.ms'] === '7777000');
      expect(await settingsOf('settings')).toMatchObject({ 'segment.ms': '123456' });
      const { topics } = await withAdmin((kafka) => kafka.fetchTopicMetadata({ topics: ['settings'] }));
      expect(topics[0]?.partitions).toHaveLength(3);
    });

    test('fewer copies than outlive a broker are said once, with what to do; more than there are brokers are refused', async () => {
      const said: string[] = [];
      const { stream } = await bench.open({
        onEvent: (event) => void (event.kind === 'not-durable' && said.push(`${event.topics.join()}: ${event.message}`)),
      });
      const spec = { partitions: 1, retentionMs: null };
      await stream.admin().ensureTopics([{ topic: 'one.copy', ...spec }]);
      await stream.admin().ensureTopics([{ topic: 'one.copy', ...spec }]);
      expect(said).toEqual([expect.stringMatching(/^one\.copy: 只有 1 个副本（应为 3）/)]);
      expect(await settingsOf('one.copy')).toMatchObject({
        'unclean.leader.election.enable': 'false',
        'segment.bytes': '134217728',
      });
      const { stream: demanding } = await bench.open({ options: { replicationFactor: 3 } });
      await expect(demanding.admin().ensureTopics([{ topic: 'three.copies', ...spec }])).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('少于 3 台'),
      });
    });

    test('a group whose next message was dropped by retention goes on with the oldest that is left', async () => {
      const { stream } = await bench.open();
      await stream.admin().ensureTopics([{ topic: 'dropped', partitions: 1, retentionMs: null }]);
      const producer = stream.producer();
      const publish = (count: number, prefix: string) =>
        producer.publish(
          'dropped',
          Array.from({ length: count }, (_, index) => ({ key: 'k', value: `${prefix}${index}` })),
        );
      await publish(5, 'a');
      await readUntil(stream, 'dropped', (all) => all.length === 5);
      await publish(5, 'b');
      await withAdmin(async (kafka) => {
        await kafka.fetchTopicOffsets('dropped');
        await kafka.deleteTopicRecords({ topic: 'dropped', partitions: [{ partition: 0, offset: '8' }] });
      });
      const [lag] = await stream.admin().lag('reader-of-dropped', ['dropped']);
      expect(lag).toEqual({ topic: 'dropped', partition: 0, lagMessages: 2, committedOffset: 5, endOffset: 10 });
      const read = await readUntil(stream, 'dropped', (all) => all.length === 2);
      expect(read.map(({ value }) => value)).toEqual(['b3', 'b4']);
    });

    test('after an outage a member does not wait for the session of its former self', async () => {
      let outages = 0;
      const { stream, cable } = await bench.open({
        options: { sessionTimeoutMs: 300_000 },
        onEvent: ({ kind }) => void (kind === 'unreachable' && outages++),
      });
      await stream.admin().ensureTopics([{ topic: 'outage', partitions: 1, retentionMs: null }]);
      const seen: string[] = [];
      const consumer = stream.consumer({ ...LIMITS, group: 'outage', topics: ['outage'] });
      await consumer.start(async ({ messages }) => void seen.push(...messages.map(({ value }) => value)));
      cable.cut();
      await until('the consumer knows of the outage', () => outages > 0);
      cable.mend();
      const { stream: other } = await bench.open();
      await other.producer().publish('outage', [{ key: 'k', value: 'after' }]);
      await until('the message after the outage came', () => seen.includes('after'));
      await consumer.stop();
    });

    test('a client that never ends closing does not keep a consumer from going on', async () => {
      // Called with its own object below.
      const makeConsumer = Reflect.get(kafkajs.Kafka.prototype, 'consumer');
      let made = 0;
      kafkajs.Kafka.prototype.consumer = function (this: Kafka, options: ConsumerConfig) {
        const consumer = makeConsumer.call(this, options);
        const disconnect = consumer.disconnect.bind(consumer);
        // As when a question was asked on a connection that was being lost.
        if (++made === 1) consumer.disconnect = () => disconnect().then(() => new Promise(() => {}));
        return consumer;
      };
      try {
        const { stream, cable } = await bench.open();
        await stream.admin().ensureTopics([{ topic: 'never.closed', partitions: 1, retentionMs: null }]);
        const seen: string[] = [];
        const consumer = stream.consumer({ ...LIMITS, group: 'never-closed', topics: ['never.closed'] });
        await consumer.start(async ({ messages }) => void seen.push(...messages.map(({ value }) => value)));
        cable.cut();
        await until('kafkajs has given up', () => made > 1);
        cable.mend();
        await stream.producer().publish('never.closed', [{ key: 'k', value: 'after' }]);
        await until('the message after the outage came', () => seen.includes('after'));
        await consumer.stop();
      } finally {
        kafkajs.Kafka.prototype.consumer = makeConsumer;
      }
    });

    test('users with a password pass over TLS; a wrong password or an unknown certificate does not', async () => {
      const { secure, ca } = await bench.broker();
      const sasl: KafkaSasl = { mechanism: 'scram-sha-512', ...SCRAM_USER };
      const { stream } = await bench.open({ brokers: [secure], ssl: { ca }, sasl });
      await stream.admin().ensureTopics([{ topic: 'secure', partitions: 1, retentionMs: null }]);
      await stream.producer().publish('secure', [{ key: 'k', value: 'secret' }]);
      const read = await readUntil(stream, 'secure', (all) => all.length === 1);
      expect(read[0]?.value).toBe('secret');

      const wrong = await bench.open({ brokers: [secure], ssl: { ca }, sasl: { ...sasl, password: 'wrong' } });
      await expect(wrong.stream.producer().publish('secure', [{ key: 'k', value: 'v' }])).rejects.toThrow(/[Aa]uthentication/);
      const untrusting = await bench.open({ brokers: [secure], ssl: true, sasl });
      await expect(untrusting.stream.producer().publish('secure', [{ key: 'k', value: 'v' }])).rejects.toThrow(/certificate/);
    });
  });
}
