import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PoisonedError, RetriableError } from '@tianyan/kernel';
import {
  deadLetterTopic,
  PartitionLostError,
  type BatchHandler,
  type ConsumerOptions,
  type Stream,
  type StreamConsumer,
  type StreamMessage,
} from './port.js';

/** One technology under test. */
export interface StreamFixture {
  /** A stream with connections of its own, as another process would have. */
  open(): Promise<Stream>;
  /** Makes the stream's server unreachable for it, all at once and for good, as a killed process is. */
  kill(stream: Stream): Promise<void>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** A condition is looked at this often, and given up after {@link PATIENCE_MS}: longer than any lease in the fixtures. */
const LOOK_MS = 10;
const PATIENCE_MS = 30_000;

/** Waits until the condition holds; fails with its description. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A promise to be opened by the test. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const LIMITS = { maxBatchMessages: 100, maxBatchBytes: 1024 * 1024, startFrom: 'earliest' } as const;

/** What one adapter must do, whatever its technology. `makeFixture` runs once. */
export function streamConformance(technology: string, makeFixture: () => Promise<StreamFixture>): void {
  describe(`stream on ${technology}`, () => {
    let fixture: StreamFixture;
    let stream: Stream;
    let topic = '';
    let group = '';
    let made = 0;
    const running: StreamConsumer[] = [];

    beforeAll(async () => {
      fixture = await makeFixture();
      stream = await fixture.open();
    });
    afterAll(async () => {
      await fixture.close();
    });
    afterEach(async () => {
      await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
    });

    async function newTopic(partitions = 1): Promise<void> {
      made++;
      topic = `conformance.${made}`;
      group = `group-${made}`;
      await stream.admin().ensureTopics([{ topic, partitions, retentionMs: null }]);
    }
    async function consume(
      handler: BatchHandler,
      options: Partial<ConsumerOptions> & { on?: Stream } = {},
    ): Promise<StreamConsumer> {
      const { on = stream, ...rest } = options;
      const consumer = on.consumer({ ...LIMITS, group, topics: [topic], ...rest });
      running.push(consumer);
      await consumer.start(handler);
      return consumer;
    }
    function publish(values: readonly string[], key: (value: string) => string = (value) => value): Promise<void> {
      return stream.producer().publish(
        topic,
        values.map((value) => ({ key: key(value), value })),
      );
    }
    async function totalLag(): Promise<number> {
      return (await stream.admin().lag(group, [topic])).reduce((sum, partition) => sum + partition.lagMessages, 0);
    }
    const numbered = (count: number, prefix = 'v') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

    test('messages come back whole, in the order of their key, and the lag goes to zero', async () => {
      await newTopic(4);
      const odd = ['', 'a\tb\n\\"c\u0000d', '中文😀', '\ud800 alone', 'x'.repeat(300_000)];
      const values = [...odd, ...numbered(250)];
      const headers = { version: '7', op: 'upsert' };
      await stream.producer().publish(
        topic,
        values.map((value, index) => ({ key: `key-${index % 7}`, value, headers })),
      );
      expect(await totalLag()).toBe(values.length);
      const seen: StreamMessage[] = [];
      await consume(async ({ messages }) => void seen.push(...messages));
      await until('everything is committed', async () => (await totalLag()) === 0);
      for (let key = 0; key < 7; key++) {
        expect(seen.filter((message) => message.key === `key-${key}`).map((message) => message.value)).toEqual(
          values.filter((_, index) => index % 7 === key),
        );
      }
      expect(new Set(seen.map((message) => JSON.stringify(message.headers)))).toEqual(new Set([JSON.stringify(headers)]));
      const lag = await stream.admin().lag(group, [topic]);
      expect(lag.every((partition) => partition.committedOffset === partition.endOffset || partition.endOffset === 0)).toBe(true);
    });
  });
}
