import { RetriableError } from '@tianyan/kernel';
import type { CompressionTypes, Message, Producer, RecordMetadata } from 'kafkajs';
import { CLIENT_RETRY, type KafkaClient } from './client.js';
import { closeInTime } from './closing.js';
import { asStreamError } from './errors.js';
import { ACK_TIMEOUT_MS, METADATA_MAX_AGE_MS } from './options.js';

/** Every copy that is in step has the messages before a publish resolves. */
const ACKS_OF_ALL = -1;

export interface LaneInput {
  client: KafkaClient;
  compression: CompressionTypes;
}

/** Messages of one partition of one topic: what one request holds. */
export interface PartitionMessages {
  topic: string;
  partition: number;
  messages: Message[];
}

/**
 * One producer of kafkajs, with the partitions that are its own. Sends one partition at a time, one request after the other.
 *
 * One partition, because kafkajs repeats a request of several wrongly: the brokers that have answered are passed over, though
 * partitions of the one that died have moved to them, and the call resolves with messages that no broker has. (Its issue
 * 1303; an orderly restart of a broker is enough.) A request of one partition has one broker to answer, and an answer of none
 * is no success: see {@link assertStored}.
 *
 * One request after the other, because kafkajs takes the numbers of a failed one back. After a request whose answer was lost,
 * the next one of the partition would carry the same numbers, and a broker that had stored the first would acknowledge the
 * second **without storing it**. So a producer that failed is never used again: a new one has a new identity. Other lanes
 * are other identities with other partitions, so their numbers are not touched.
 */
export class Lane {
  private current: Promise<Producer> | null = null;

  constructor(private readonly input: LaneInput) {}

  /** @throws RetriableError when it is not certain that all is stored; what was not reached is not tried. */
  async send(requests: readonly PartitionMessages[]): Promise<void> {
    if (requests.length === 0) return;
    try {
      const producer = await this.connected();
      const { compression } = this.input;
      for (const { topic, partition, messages } of requests) {
        const options = { acks: ACKS_OF_ALL, timeout: ACK_TIMEOUT_MS, compression };
        assertStored(await producer.send({ topic, messages, ...options }), topic, partition);
      }
    } catch (error) {
      await this.discard();
      throw asStreamError(error);
    }
  }

  private connected(): Promise<Producer> {
    this.current ??= this.connect();
    return this.current;
  }

  private async connect(): Promise<Producer> {
    const { kafka, connections } = this.input.client;
    const producer = kafka.producer({
      idempotent: true,
      // The identity is given up with the last repeat, so limiting the repeats costs nothing (see above).
      retry: CLIENT_RETRY,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // Partitions are given with each message; without a partitioner kafkajs prints a warning.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    producer.on('producer.network.request_timeout', ({ payload }) => connections.end(payload.broker));
    await producer.connect();
    return producer;
  }

  /** Nothing of it may be under way any more. */
  async discard(): Promise<void> {
    const failed = this.current;
    this.current = null;
    // What could not connect, or lost its connection, has nothing left to close; a late one has nothing under way.
    await failed?.then(closeInTime).catch(() => {});
  }
}

/** kafkajs resolves with no answer at all when the broker to ask was passed over, or the partition has no leader just now. */
export function assertStored(answers: readonly RecordMetadata[], topic: string, partition: number): void {
  const [answer] = answers;
  const isStored =
    answers.length === 1 &&
    answer?.topicName === topic &&
    answer.partition === partition &&
    answer.errorCode === 0 &&
    Number(answer.baseOffset ?? -1) >= 0;
  if (isStored) return;
  throw new RetriableError(`no broker says that it has stored messages of ${topic}/${partition}: ${JSON.stringify(answers)}`);
}
