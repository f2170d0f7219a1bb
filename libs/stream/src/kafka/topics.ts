import kafkajs, { type Admin, type IResourceConfigEntry } from 'kafkajs';
import type { TopicSpec } from '../port.js';
import type { AdminConnection } from './admin-connection.js';
import { protocolType } from './errors.js';
import { type KafkaStreamOptions, MIN_IN_SYNC_OF_THREE, TOPIC_MAX_MESSAGE_BYTES } from './options.js';

/** Kafka's word for "never". */
const FOREVER = '-1';

/** Topics by name. Remembered for good: the partitions of a topic never change, or keys would move. */
export class KafkaTopics {
  private readonly known = new Map<string, Promise<number>>();

  constructor(
    private readonly connection: AdminConnection,
    private readonly options: KafkaStreamOptions,
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
      if (missing.length > 0) {
        await admin.createTopics({
          waitForLeaders: true,
          topics: missing.map((spec) => ({
            topic: spec.topic,
            numPartitions: spec.partitions,
            ...(this.options.replicationFactor === null ? {} : { replicationFactor: this.options.replicationFactor }),
            configEntries: this.settings(spec),
          })),
        });
      }
      for (const spec of specs.filter((spec) => names.has(spec.topic))) await this.adjustRetention(admin, spec);
    });
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
      ...(replicationFactor !== null && replicationFactor >= 3
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
