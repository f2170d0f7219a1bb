import { backoffDelayMs, errorKind, PoisonedError, RetriableError, type Rng } from '@tianyan/kernel';
import { DEAD_LETTER_PARTITIONS, toDeadLetter } from '../dead-letter.js';
import type { StreamEvent } from '../events.js';
import {
  type BatchHandler,
  type ConsumerOptions,
  deadLetterTopic,
  PartitionLostError,
  type StreamBatch,
  type StreamConsumer,
  type StreamProducer,
} from '../port.js';
import { Signal } from '../signal.js';
import type { AdminConnection } from './admin-connection.js';
import type { KafkaClient } from './client.js';
import { Member, type Settled } from './member.js';
import type { KafkaStreamOptions } from './options.js';
import type { PartitionState } from './partition-state.js';
import type { KafkaTopics } from './topics.js';

/** What a consumer shares with the others of its stream. */
export interface ConsumerParts {
  makeClient: () => KafkaClient;
  connection: AdminConnection;
  topics: KafkaTopics;
  /** For dead letters. */
  producer: StreamProducer;
  rng: Rng;
  options: KafkaStreamOptions;
  onEvent: (event: StreamEvent) => void;
}

type State = 'new' | 'running' | 'stopping' | 'stopped';

/** Keeps one {@link Member} in the group: when kafkajs gives up on the cluster, a new one takes its place after a backoff. */
export class KafkaConsumer implements StreamConsumer {
  readonly finished: Promise<void>;
  private finish!: (error?: unknown) => void; // set in the constructor by the promise below
  private readonly stopRequested: Promise<void>;
  private requestStop!: () => void; // set in the constructor by the promise above
  private readonly wake = new Signal();
  private state: State = 'new';
  private paused = false;
  private failure: unknown;
  private member: Member | null = null;
  private running: Promise<void> = Promise.resolve();
  private lives = 0;
  /** The last one under which the group knew this consumer. */
  private memberId: string | null = null;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly consumer: ConsumerOptions,
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at `finished` must not have the process ended by it; the event below tells of the stop.
    this.finished.catch(() => {});
    this.stopRequested = new Promise((resolve) => {
      this.requestStop = () => {
        if (this.state === 'running') this.state = 'stopping';
        this.wake.raise();
        resolve();
      };
    });
  }

  async start(handler: BatchHandler): Promise<void> {
    if (this.state !== 'new') throw new Error('this consumer was started before');
    for (const topic of this.consumer.topics) await this.parts.topics.partitionsOf(topic);
    this.state = 'running';
    let markJoined = () => {};
    const joined = new Promise<void>((resolve) => {
      markJoined = resolve;
    });
    this.running = this.run(handler, markJoined);
    await Promise.race([joined, this.finished]);
  }

  pause(): void {
    this.paused = true;
    this.member?.applyPauses();
  }

  resume(): void {
    this.paused = false;
    this.member?.applyPauses();
  }

  async stop(): Promise<void> {
    if (this.state === 'new') {
      this.state = 'stopped';
      this.finish();
    }
    this.requestStop();
    await this.running;
  }

  private async run(handler: BatchHandler, markJoined: () => void): Promise<void> {
    while (this.state === 'running') {
      try {
        this.member = this.newMember(handler, markJoined);
        await this.member.run(this.stopRequested);
      } catch (error) {
        if (errorKind(error) !== 'retriable') {
          this.stopOn(error);
          break;
        }
        this.parts.onEvent({ kind: 'unreachable', group: this.consumer.group, error });
        if (this.state === 'running') await this.wake.wait(this.backoffMs(++this.lives));
      }
    }
    this.member = null;
    this.state = 'stopped';
    if (this.failure !== undefined) this.parts.onEvent({ kind: 'stopped', group: this.consumer.group, error: this.failure });
    this.finish(this.failure);
  }

  private newMember(handler: BatchHandler, markJoined: () => void): Member {
    const { connection, options, onEvent } = this.parts;
    return new Member({
      client: this.parts.makeClient(),
      connection,
      consumer: this.consumer,
      options,
      onEvent,
      formerMemberId: this.memberId,
      onJoined: (memberId) => {
        this.lives = 0;
        this.memberId = memberId;
        markJoined();
      },
      handOut: (batch, state, commit) => this.handOut(handler, batch, state, commit),
      isPaused: () => this.paused,
    });
  }

  private stopOn(error: unknown): void {
    this.failure ??= error;
    this.requestStop();
  }

  /** @throws PartitionLostError when another member has the partition; then nothing was committed. */
  private async handOut(
    handler: BatchHandler,
    batch: StreamBatch,
    state: PartitionState,
    commit: () => Promise<void>,
  ): Promise<Settled> {
    // kafkajs may hand over what it had read before it heard of the stop.
    if (this.state !== 'running') return { kind: 'stop' };
    try {
      try {
        await handler(batch);
      } catch (error) {
        if (!(error instanceof PoisonedError)) throw error;
        await this.bury(batch, error);
      }
      await commit();
      return { kind: 'committed' };
    } catch (error) {
      if (error instanceof PartitionLostError) throw error;
      if (error instanceof RetriableError) return this.repeat(batch, state, error);
      this.stopOn(error);
      return { kind: 'stop' };
    }
  }

  private repeat(batch: StreamBatch, state: PartitionState, error: RetriableError): Settled {
    state.failures++;
    const delayMs = Math.max(error.retryAfterMs ?? 0, this.backoffMs(state.failures));
    const { topic, partition } = batch;
    this.parts.onEvent({ kind: 'retry', group: this.consumer.group, topic, partition, attempt: state.failures, delayMs, error });
    return { kind: 'repeat', delayMs };
  }

  /**
   * The letters are stored before the commit. A kill between the two brings the batch again and the letters a second
   * time; their headers `topic`, `partition` and `offset` tell which.
   */
  private async bury(batch: StreamBatch, error: PoisonedError): Promise<void> {
    const { topics, producer, onEvent } = this.parts;
    const name = deadLetterTopic(batch.topic);
    await topics.ensure([{ topic: name, partitions: DEAD_LETTER_PARTITIONS, retentionMs: null }]);
    await batch.assertOwned();
    await producer.publish(
      name,
      batch.messages.map((message) => toDeadLetter(message, error)),
    );
    const { topic, partition } = batch;
    onEvent({ kind: 'dead-lettered', group: this.consumer.group, topic, partition, messages: batch.messages.length, error });
  }

  private backoffMs(failures: number): number {
    return backoffDelayMs({ ...this.parts.options.backoff, maxAttempts: Number.POSITIVE_INFINITY }, failures, this.parts.rng);
  }
}
