import kafkajs, { type Admin } from 'kafkajs';
import { MIN_IN_SYNC_OF_THREE, SAFE_COPIES } from './options.js';

/** What decides whether an acknowledged message outlives a broker. */
export interface Durability {
  topic: string;
  /** Of the partition that has the fewest. */
  copies: number;
  /** So many copies must have a message before it counts as stored. */
  minInSync: number;
  /** A copy that is behind may become the leader, and drops what it lacks. */
  mayLoseByElection: boolean;
}

/** As the cluster has it now, whoever created the topics. */
export async function durabilityOf(admin: Admin, topics: readonly string[]): Promise<Durability[]> {
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return metadata.topics.map(({ name, partitions }) => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const setting = (wanted: string) => entries.find(({ configName }) => configName === wanted)?.configValue;
    return {
      topic: name,
      copies: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      minInSync: Number(setting('min.insync.replicas') ?? 1),
      mayLoseByElection: setting('unclean.leader.election.enable') === 'true',
    };
  });
}

/** What is wrong with it and what to do, in Chinese; empty when a broker may die without loss and without a stop. */
export function weaknessesOf({ copies, minInSync, mayLoseByElection }: Omit<Durability, 'topic'>): string[] {
  const weaknesses: string[] = [];
  if (copies < SAFE_COPIES)
    weaknesses.push(
      `只有 ${copies} 个副本（应为 ${SAFE_COPIES}）：一台 Kafka 损坏会丢记录或停下。至少三台，用 kafka-reassign-partitions 增加副本`,
    );
  if (copies > 1 && minInSync < MIN_IN_SYNC_OF_THREE)
    weaknesses.push(
      `min.insync.replicas 是 ${minInSync}（应为 ${MIN_IN_SYNC_OF_THREE}）：记录可能只在一台上就算存好，那台损坏就丢`,
    );
  if (minInSync >= copies && copies > 1)
    weaknesses.push(`min.insync.replicas（${minInSync}）不小于副本数（${copies}）：停一台就不能写入`);
  if (minInSync > copies && copies === 1)
    weaknesses.push(`min.insync.replicas（${minInSync}）大于副本数（${copies}）：任何记录都写不进去`);
  if (mayLoseByElection)
    weaknesses.push('unclean.leader.election.enable 是 true（应为 false）：落后的副本接手时会丢掉已经存好的记录');
  return weaknesses;
}
