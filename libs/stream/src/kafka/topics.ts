import kafkajs, { type Admin, type IResourceConfigEntry } from 'kafkajs';
import { RefusedError } from '@tianyan/kernel';
import type { StreamEvent } from '../events.js';
import type { TopicSpec } from '../port.js';
import type { AdminConnection } from './admin-connection.js';
import { durabilityOf, weaknessesOf } from './durability.js';
import { protocolType } from './errors.js';
import {
  type KafkaStreamOptions,
  MIN_IN_SYNC_OF_THREE,
  SAFE_COPIES,
  TOPIC_MAX_MESSAGE_BYTES,
  TOPIC_SEGMENT_BYTES,
} from './options.js';

/** Kafka's word for "never". */
const FOREVER = '-1';

/** Topics by name. Remembered for good: the partitions of a topic never change, or keys would move. */
export class KafkaTopics {
  private readonly known = new Map<string, Promise<number>>();
  /** Topics whose durability was looked at by this process: it is said once. */
  private readonly examined = new Set<string>();

  constructor(
    private readonly connection: AdminConnection,
    private readonly options: KafkaStreamOptions,
    private readonly onEvent: (event: StreamEvent) => void,
  ) {}

  /** Number of partitions. Rejects when the topic was never created: publishing to a misspelt topic must not succeed. */
  partitionsOf(topic: string): Promise<number> {
    let found = this.known.get(topic);
    if (!found) {
      found = this.load(topic);
      this.known.set(topic, found);
      // It may be created, or the cluster come back, before the next call.
      found.catch(() => this.known.delete(topic));
    }
    return found;
  }

  private load(topic: string): Promise<number> {
    return this.connection.run(async (admin) => {
      // By the list: asking for an unknown name is answered like a partition that moves just now, and repeated for seconds.
      const names = await admin.listTopics();
      if (!names.includes(topic)) throw new Error(`stream topic ${topic} does not exist; create it with ensureTopics`);
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    });
  }

  /** Those of the names that exist. */
  async existing(names: readonly string[]): Promise<string[]> {
    const all = new Set(await this.connection.run((admin) => admin.listTopics()));
    return names.filter((name) => all.has(name));
  }

  /** Creates what is missing. Retention of an existing topic follows the spec; its partitions stay. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    await this.connection.run(async (admin) => {
      const names = new Set(await admin.listTopics());
      const missing = specs.filter((spec) => !names.has(spec.topic));
      if (missing.length > 0) await this.create(admin, missing);
      for (const spec of specs.filter((spec) => names.has(spec.topic))) await this.adjustRetention(admin, spec);
      await this.examine(
        admin,
        specs.map(({ topic }) => topic),
      );
    });
  }

  private async create(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
    const { replicationFactor } = this.options;
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: specs.map((spec) => ({
          topic: spec.topic,
          numPartitions: spec.partitions,
          ...(replicationFactor === null ? {} : { replicationFactor }),
          configEntries: this.settings(spec),
        })),
      });
    } catch (error) {
      if (protocolType(error) !== 'INVALID_REPLICATION_FACTOR') throw error;
      throw new RefusedError(
        'invalid',
        `Kafka 现有的服务器少于 ${replicationFactor ?? SAFE_COPIES} 台，不能按这个副本数建立主题：` +
          '等全部服务器启动后再试，或改 TIANYAN_KAFKA_REPLICATION（未设置时改集群的 default.replication.factor）',
      );
    }
  }

  /** Says of which topics a broker's death may cost something. The settings of existing topics are their operator's. */
  private async examine(admin: Admin, topics: readonly string[]): Promise<void> {
    const unseen = topics.filter((topic) => !this.examined.has(topic));
    if (unseen.length === 0) return;
    const found = await durabilityOf(admin, unseen);
    const byWeakness = Map.groupBy(found, (one) => weaknessesOf(one).join('；'));
    for (const [message, weak] of byWeakness)
      if (message !== '') this.onEvent({ kind: 'not-durable', topics: weak.map(({ topic }) => topic), message });
    for (const topic of unseen) this.examined.add(topic);
  }

  private retention(spec: TopicSpec): string {
    if (spec.retentionMs !== null) return String(spec.retentionMs);
    return spec.dropCommitted ? String(this.options.committedRetentionMs) : FOREVER;
  }

  private settings(spec: TopicSpec): IResourceConfigEntry[] {
    const { replicationFactor } = this.options;
    return [
      // Never compaction: it would drop versions that a writer still has to see, and the record log keeps every version.
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: this.retention(spec) },
      { name: 'retention.bytes', value: FOREVER },
      { name: 'max.message.bytes', value: String(TOPIC_MAX_MESSAGE_BYTES) },
      // "From a time on" and retention go by the broker's clock, whatever the producers' clocks say.
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
      { name: 'segment.bytes', value: String(TOPIC_SEGMENT_BYTES) },
      // A copy that is behind would drop what was acknowledged.
      { name: 'unclean.leader.election.enable', value: 'false' },
      ...(replicationFactor !== null && replicationFactor >= SAFE_COPIES
        ? [{ name: 'min.insync.replicas', value: String(MIN_IN_SYNC_OF_THREE) }]
        : []),
    ];
  }

  /** kafkajs can only replace all settings of a topic, so those that an operator made are read and given again. */
  private async adjustRetention(admin: Admin, spec: TopicSpec): Promise<void> {
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: spec.topic };
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    const own = (resources[0]?.configEntries ?? []).filter((entry) => entry.configSource === kafkajs.ConfigSource.TOPIC_CONFIG);
    const retention = this.retention(spec);
    if (own.some((entry) => entry.configName === 'retention.ms' && entry.configValue === retention)) return;
    const kept = own.filter((entry) => entry.configName !== 'retention.ms');
    try {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            ...resource,
            configEntries: [
              ...kept.map((entry) => ({ name: entry.configName, value: entry.configValue })),
              { name: 'retention.ms', value: retention },
            ],
          },
        ],
      });
    } catch (error) {
      throw protocolType(error) === 'TOPIC_AUTHORIZATION_FAILED'
        ? new Error(`no permission to set the retention of ${spec.topic} (needs AlterConfigs)`, { cause: error })
        : error;
    }
  }
}
