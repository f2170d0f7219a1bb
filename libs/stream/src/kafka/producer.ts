import { type Clock, RetriableError, SerialQueue } from '@tianyan/kernel';
import type { Message } from 'kafkajs';
import type { OutgoingMessage, StreamProducer } from '../port.js';
import type { KafkaClient } from './client.js';
import { COMPRESSION_TYPES } from './compression.js';
import { Lane, type PartitionMessages } from './lane.js';
import { type KafkaStreamOptions, MAX_WAITING_PUBLISHES, PRODUCER_LANES } from './options.js';
import { cutIntoRounds } from './rounds.js';
import type { KafkaTopics } from './topics.js';

/**
 * Idempotent: what kafkajs repeats by itself is stored once. A publish that rejects may be in the log in part or whole;
 * the caller repeats it, so consumers see it at least once.
 *
 * A publish goes out in rounds, a round as one request for each of its partitions, side by side on {@link Lane lanes}. A
 * partition has its lane for good, and a round begins when every lane has settled the one before: so each partition has one
 * request under way at a time, whatever fails elsewhere, which its order and its lane's numbers rest on.
 */
export class KafkaProducer implements StreamProducer {
  private readonly lanes: readonly Lane[];
  private closed = false;
  /** Also keeps the order of calls that nobody waited for. */
  private readonly turns = new SerialQueue(MAX_WAITING_PUBLISHES);

  constructor(
    client: KafkaClient,
    private readonly topics: KafkaTopics,
    private readonly clock: Clock,
    options: KafkaStreamOptions,
  ) {
    const compression = COMPRESSION_TYPES[options.compression];
    this.lanes = Array.from({ length: PRODUCER_LANES }, () => new Lane({ client, compression }));
  }

  async publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.closed) throw new Error('this producer is closed');
    if (messages.length === 0) return;
    await this.turns.run(() => this.send(topic, messages));
  }

  private async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const rounds = cutIntoRounds(messages, await this.topics.partitionsOf(topic), this.clock.nowMs());
    for (const round of rounds) await this.sendRound(topic, round);
  }

  private async sendRound(topic: string, round: ReadonlyMap<number, Message[]>): Promise<void> {
    const requests = this.lanes.map((): PartitionMessages[] => []);
    for (const [partition, messages] of round) requests[partition % PRODUCER_LANES]?.push({ topic, partition, messages });
    // All of them settle, also beside one that failed: what is still under way would land behind its own repetition.
    const settled = await Promise.allSettled(
      this.lanes.map((lane, index) => lane.send(requests[index] ?? [])), // as many lists as lanes
    );
    const failures = settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    if (failures.length === 0) return;
    // What repeating cannot mend counts more than what it can.
    const worst = failures.find((error) => !(error instanceof RetriableError)) ?? failures[0];
    // Closing while a publish is under way is the caller's wish; what it had not acknowledged comes again.
    throw this.closed && !(worst instanceof RetriableError)
      ? new RetriableError('the producer was closed', { cause: worst })
      : worst;
  }

  /** Waits for the publishes under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.turns.run(async () => {
      await Promise.all(this.lanes.map((lane) => lane.discard()));
    });
  }
}
