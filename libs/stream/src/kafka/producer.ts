import { type Clock, RetriableError, SerialQueue } from '@tianyan/kernel';
import type { Kafka, Producer } from 'kafkajs';
import type { OutgoingMessage, StreamProducer } from '../port.js';
import { CLIENT_RETRY } from './client.js';
import { COMPRESSION_TYPES } from './compression.js';
import { asStreamError } from './errors.js';
import { type KafkaStreamOptions, MAX_WAITING_PUBLISHES } from './options.js';
import { cutIntoRequests } from './rounds.js';
import type { KafkaTopics } from './topics.js';

/** Every copy that is in step has the messages before a publish resolves. */
const ACKS_OF_ALL = -1;

/**
 * Idempotent: what kafkajs repeats by itself is stored once. A publish that rejects may be in the log in part or whole;
 * the caller repeats it, so consumers see it at least once.
 *
 * kafkajs takes the numbers of a failed publish back. After a publish whose answer was lost, the next one would
 * carry the same numbers, and a broker that had stored the first would acknowledge the second **without storing it**. So
 * publishes go one after the other, and a producer that failed is never used again: a new one has a new identity.
 */
export class KafkaProducer implements StreamProducer {
  private current: Promise<Producer> | null = null;
  private closed = false;
  /** Also keeps the order of calls that nobody waited for. */
  private readonly turns = new SerialQueue(MAX_WAITING_PUBLISHES);

  constructor(
    private readonly client: Kafka,
    private readonly topics: KafkaTopics,
    private readonly clock: Clock,
    private readonly options: KafkaStreamOptions,
  ) {}

  async publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.closed) throw new Error('this producer is closed');
    if (messages.length === 0) return;
    await this.turns.run(() => this.send(topic, messages));
  }

  private async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const requests = cutIntoRequests(messages, await this.topics.partitionsOf(topic), this.clock.nowMs());
    try {
      const producer = await this.connected();
      const compression = COMPRESSION_TYPES[this.options.compression];
      for (const request of requests) await producer.send({ topic, acks: ACKS_OF_ALL, compression, messages: request });
    } catch (error) {
      await this.discard();
      const known = asStreamError(error);
      // Closing while a publish is under way is the caller's wish; what it had not acknowledged comes again.
      throw this.closed && !(known instanceof RetriableError)
        ? new RetriableError('the producer was closed', { cause: error })
        : known;
    }
  }

  private connected(): Promise<Producer> {
    this.current ??= this.connect();
    return this.current;
  }

  private async connect(): Promise<Producer> {
    const producer = this.client.producer({
      idempotent: true,
      // The identity is given up with the last repeat, so limiting the repeats costs nothing (see above).
      retry: CLIENT_RETRY,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      // Partitions are given with each message; without a partitioner kafkajs prints a warning.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    await producer.connect();
    return producer;
  }

  private async discard(): Promise<void> {
    const failed = this.current;
    this.current = null;
    // What could not connect, or lost its connection, has nothing left to close.
    await failed?.then((producer) => producer.disconnect()).catch(() => {});
  }

  /** Waits for the publishes under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.turns.run(() => this.discard());
  }
}
