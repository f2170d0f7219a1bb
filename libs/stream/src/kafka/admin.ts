import type { Admin } from 'kafkajs';
import { isNativeError } from 'node:util/types';
import type { PartitionLag, StreamAdmin, TopicSpec } from '../port.js';
import type { AdminConnection } from './admin-connection.js';
import { NotReadyYetError } from './errors.js';
import type { KafkaTopics } from './topics.js';

export class KafkaStreamAdmin implements StreamAdmin {
  constructor(
    private readonly connection: AdminConnection,
    private readonly topics: KafkaTopics,
  ) {}

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.topics.ensure(specs);
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const existing = (await this.topics.existing(topics)).toSorted();
    if (existing.length === 0) return [];
    return this.connection.run(async (admin) => {
      const committed = await admin.fetchOffsets({ groupId: group, topics: existing });
      const lags: PartitionLag[] = [];
      for (const topic of existing) {
        const ends = (await endsOf(admin, topic)).toSorted((a, b) => a.partition - b.partition);
        const ofTopic = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
        for (const { partition, low, high } of ends) {
          const offset = Number(ofTopic.find((entry) => entry.partition === partition)?.offset ?? -1);
          const committedOffset = offset < 0 ? null : offset;
          const endOffset = Number(high);
          // What retention has dropped is not owed any more.
          const lagMessages = Math.max(0, endOffset - Math.max(committedOffset ?? 0, Number(low)));
          lags.push({ topic, partition, lagMessages, committedOffset, endOffset });
        }
      }
      return lags;
    });
  }

  /** Nothing to do: the brokers drop what is past retention by themselves, whole segments at a time. */
  async enforceRetention(): Promise<void> {}
}

/** Where each partition begins and ends. Throws NotReadyYetError right after a topic was made: kafkajs reads what is not there. */
async function endsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (isNativeError(error) && error.name === 'TypeError')
      throw new NotReadyYetError(`the partitions of ${topic} have no leader yet`, { cause: error });
    throw error;
  }
}
