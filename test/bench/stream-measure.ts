import { uuidSource } from '@tianyan/kernel';
import type { OutgoingMessage, Stream } from '@tianyan/stream';

/** What producing and consuming alone cost, without anybody doing anything with the messages. */
export interface StreamBenchResult {
  batchMessages: number;
  valueBytes: number;
  messages: number;
  producedPerSecond: number;
  consumedPerSecond: number;
}

/** Partitions of the measured topic, as a record topic of the cluster has. */
const PARTITIONS = 4;
const VALUE_BYTES = 376;

/** A value of the wanted size that looks like a record: JSON inside JSON, so that escaping is paid for. */
function valueOf(index: number): string {
  const start = JSON.stringify({
    id: `order-${index}`,
    atMs: 1_750_000_000_000 + index,
    unit: '城市管理局',
    raw: JSON.stringify({ no: index, text: '路灯不亮' }),
  });
  return start.padEnd(VALUE_BYTES - (Buffer.byteLength(start) - start.length), ' ');
}

/** Publishes `messages` in batches one after the other, then reads them all. Closes the stream. */
export async function measureStream(
  stream: Stream,
  input: { messages: number; batchMessages: number },
): Promise<StreamBenchResult> {
  const topic = `bench.${uuidSource.next()}`;
  try {
    await stream.admin().ensureTopics([{ topic, partitions: PARTITIONS, retentionMs: null }]);
    const batches: OutgoingMessage[][] = [];
    for (let start = 0; start < input.messages; start += input.batchMessages) {
      batches.push(
        Array.from({ length: Math.min(input.batchMessages, input.messages - start) }, (_, index) => ({
          key: `order-${start + index}`,
          value: valueOf(start + index),
          headers: { version: '1', op: 'upsert' },
        })),
      );
    }
    const producer = stream.producer();
    const produceStart = performance.now();
    for (const batch of batches) await producer.publish(topic, batch);
    const producedMs = performance.now() - produceStart;

    const consumer = stream.consumer({
      group: 'bench',
      topics: [topic],
      maxBatchMessages: input.batchMessages,
      maxBatchBytes: 8 * 1024 * 1024,
      startFrom: 'earliest',
    });
    let consumed = 0;
    let done = () => {};
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    const consumeStart = performance.now();
    await consumer.start(async ({ messages }) => {
      consumed += messages.length;
      if (consumed >= input.messages) done();
    });
    await all;
    const consumedMs = performance.now() - consumeStart;
    return {
      batchMessages: input.batchMessages,
      valueBytes: VALUE_BYTES,
      messages: input.messages,
      producedPerSecond: Math.round((input.messages / producedMs) * 1_000),
      consumedPerSecond: Math.round((input.messages / consumedMs) * 1_000),
    };
  } finally {
    await stream.close();
  }
}
