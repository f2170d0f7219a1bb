import { RetriableError } from '@tianyan/kernel';
import { partitionOf } from '@tianyan/stream';
import kafkajs, { type Producer } from 'kafkajs';
import { LOAD_TOPIC, type Send } from './load.js';

const PARTITIONS = 4;
const ACKS_OF_ALL = -1;

/** Publishes with a fault each, which the suite must notice. */
export class Canaries {
  private readonly producers: Producer[] = [];

  constructor(private readonly addresses: readonly string[]) {}

  /** Counts what a broker refused, or never answered, as stored: with a broker away for seconds, that is sure to lose. */
  readonly heedless = (): Send => {
    const send = this.publisher(0);
    return async (messages) => {
      // Not heeding the refusal is this canary's fault.
      await send(messages).catch(() => {});
    };
  };

  /**
   * A publish as the client's documentation shows it, all partitions in one call. When a broker dies with a call under way,
   * the client's repeat passes over the brokers that have answered already, though the dead one's partitions have moved to
   * them, and calls it a success. Whether a blow meets such a call is chance.
   */
  readonly wholeRequests = (): Send => {
    const send = this.publisher(null);
    return async (messages) => {
      try {
        await send(messages);
      } catch (error) {
        throw new RetriableError('refused', { cause: error });
      }
    };
  };

  private publisher(retries: number | null): Send {
    const client = new kafkajs.Kafka({
      brokers: [...this.addresses],
      clientId: 'canary',
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const producer = client.producer({
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      ...(retries !== null && { retry: { retries } }),
    });
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
      await producer.send({ topic: LOAD_TOPIC, acks: ACKS_OF_ALL, messages: own });
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.producers.map((producer) => producer.disconnect()));
  }
}
