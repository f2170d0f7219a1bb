import { RetriableError } from '@tianyan/kernel';
import { partitionOf } from '@tianyan/stream';
import kafkajs, { type Producer } from 'kafkajs';
import { LOAD_TOPIC, type Send } from './load.js';

const PARTITIONS = 4;
const ACKS_OF_ALL = -1;
/**
 * The canary: a publish as the client's documentation shows it, all partitions in one call. When a broker dies with a call
 * under way, the client's repeat passes over the brokers that have answered already, though the dead one's partitions have
 * moved to them, and calls it a success. The suite must notice.
 */
export class WholeRequests {
  private readonly producers: Producer[] = [];

  constructor(private readonly addresses: readonly string[]) {}

  readonly sender = (): Send => {
    const client = new kafkajs.Kafka({ brokers: [...this.addresses], clientId: 'canary', logLevel: kafkajs.logLevel.NOTHING });
    // Not idempotent: after a loss such a producer is out of sequence, and refused for ever.
    const producer = client.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
    this.producers.push(producer);
    const connected = producer.connect();
    return async (messages) => {
      await connected;
      const own = messages.map((message) => ({
        key: message.key,
        value: message.value,
        headers: { ...message.headers },
        partition: partitionOf(message.key, PARTITIONS),
      }));
      try {
        await producer.send({ topic: LOAD_TOPIC, acks: ACKS_OF_ALL, messages: own });
      } catch (error) {
        throw new RetriableError('refused', { cause: error });
      }
    };
  };

  async close(): Promise<void> {
    await Promise.all(this.producers.map((producer) => producer.disconnect()));
  }
}
