import { deadLetterTopic, type StreamAdmin, type StreamMessage, type StreamProducer } from '@tianyan/stream';

/** Dead letters are few and looked at by people. */
const PARTITIONS = 1;

/** Sends single messages that can never be stored to the dead-letter topic, with the reason. */
export class DeadLetters {
  private readonly ready = new Set<string>();

  constructor(
    private readonly producer: Pick<StreamProducer, 'publish'>,
    private readonly admin: Pick<StreamAdmin, 'ensureTopics'>,
  ) {}

  /** Resolves when the stream holds the letter; only then may the message be passed over. */
  async bury(message: StreamMessage, reason: string): Promise<void> {
    const topic = deadLetterTopic(message.topic);
    if (!this.ready.has(topic)) {
      await this.admin.ensureTopics([{ topic, partitions: PARTITIONS, retentionMs: null }]);
      this.ready.add(topic);
    }
    const headers = {
      ...message.headers,
      reason,
      topic: message.topic,
      partition: String(message.partition),
      offset: String(message.offset),
    };
    await this.producer.publish(topic, [{ key: message.key, value: message.value, headers }]);
  }
}
