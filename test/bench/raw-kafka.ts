import { SECOND_MS, uuidSource } from '@tianyan/kernel';
import kafkajs from 'kafkajs';

/**
 * kafkajs with its defaults, no adapter of ours: reads what a topic holds and does nothing with it. Joining the group
 * does not count. The codec of zstd must have been registered in this process, as every stream does.
 * @returns messages per second
 */
export async function consumeAlone(broker: string, topic: string, messages: number): Promise<number> {
  const client = new kafkajs.Kafka({ brokers: [broker], clientId: 'bench-raw', logLevel: kafkajs.logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `bench-${uuidSource.next()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    let consumed = 0;
    let joinedMs = 0;
    consumer.on('consumer.group_join', () => {
      joinedMs = performance.now();
    });
    let done = () => {};
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    await consumer.run({
      eachBatch: async ({ batch }) => {
        consumed += batch.messages.length;
        if (consumed >= messages) done();
      },
    });
    await all;
    return (consumed / (performance.now() - joinedMs)) * SECOND_MS;
  } finally {
    await consumer.disconnect();
  }
}
