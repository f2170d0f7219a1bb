import type { Cluster } from 'kafkajs';
import type { ConsumerOptions } from '../port.js';
import type { AdminConnection } from './admin-connection.js';
import { isFenced } from './errors.js';

/** Marks a commit from outside the group; brokers accept it while the group has no member. */
const NO_GENERATION = -1;
const NO_MEMBER = '';

interface Start {
  partition: number;
  offset: string;
}

async function startsOf(
  connection: AdminConnection,
  topic: string,
  partitions: readonly number[],
  startFrom: ConsumerOptions['startFrom'],
): Promise<Start[]> {
  const starts = await connection.run(async (admin) => {
    if (typeof startFrom === 'object') return admin.fetchTopicOffsetsByTimestamp(topic, startFrom.atMs);
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.map(({ partition, low, high }) => ({ partition, offset: startFrom === 'earliest' ? low : high }));
  });
  return starts.filter(({ partition }) => partitions.includes(partition));
}

/**
 * Commits where a group begins, for partitions in which it has no offset yet, before its first member joins. Left to
 * kafkajs, a group that starts "at the end" would start at another end after each rebalance without a commit, and it
 * cannot start at a time at all. A group that lives already has its offsets; what it lacks (a topic that was added to a
 * running group) it reads from the earliest message, so that nothing is passed over.
 */
export async function fixStart(cluster: Cluster, connection: AdminConnection, consumer: ConsumerOptions): Promise<void> {
  const { group, startFrom } = consumer;
  const committed = await connection.run((admin) => admin.fetchOffsets({ groupId: group, topics: [...consumer.topics] }));
  const topics: { topic: string; partitions: Start[] }[] = [];
  for (const { topic, partitions } of committed) {
    const without = partitions.filter(({ offset }) => Number(offset) < 0).map(({ partition }) => partition);
    if (without.length > 0) topics.push({ topic, partitions: await startsOf(connection, topic, without, startFrom) });
  }
  if (topics.length === 0) return;
  try {
    const coordinator = await cluster.findGroupCoordinator({ groupId: group });
    await coordinator.offsetCommit({ groupId: group, groupGenerationId: NO_GENERATION, memberId: NO_MEMBER, topics });
  } catch (error) {
    // Another member was quicker.
    if (!isFenced(error)) throw error;
  }
}
