import { backoffDelayMs, errorKind, PoisonedError, RetriableError, type Clock, type Rng } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import {
  PartitionLostError,
  type BatchHandler,
  type ConsumerOptions,
  type StreamBatch,
  type StreamConsumer,
  type StreamMessage,
} from '../port.js';
import { buryBatch } from './dead-letters.js';
import { endOffsets, partitionKey, readMessages } from './log-reader.js';
import { Membership, type SyncResult } from './membership.js';
import type { Notifications } from './notifications.js';
import type { StreamEvent } from '../events.js';
import type { PostgresStreamOptions } from './options.js';
import { Gathering } from './gathering.js';
import { PartitionBuffer } from './partition-buffer.js';
import { Signal } from '../signal.js';
import type { Topic, Topics } from './topics.js';

/** What a consumer shares with the others of its stream. */
export interface ConsumerParts {
  /** Reads, commits, membership. */
  pool: Pool;
  /** Durable writes (dead letters). */
  publishPool: Pool;
  topics: Topics;
  notifications: Notifications;
  clock: Clock;
  rng: Rng;
  options: PostgresStreamOptions;
  onEvent: (event: StreamEvent) => void;
}

type State = 'new' | 'running' | 'stopping' | 'stopped';

/**
 * Two loops over the same set of owned partitions: one keeps the membership, so that a slow handler never lets the lease
 * run out; the other hands out batches, while the next read is already under way.
 */
export class PostgresConsumer implements StreamConsumer {
  readonly finished: Promise<void>;
  private finish!: (error?: unknown) => void; // set in the constructor by the promise below
  private readonly owned = new Map<string, PartitionBuffer>();
  private ends = new Map<string, number>();
  private endsAreStale = true;
  private readonly work = new Signal();
  private readonly coordination = new Signal();
  private state: State = 'new';
  private paused = false;
  private running: Promise<void> = Promise.resolve();
  private unsubscribe: () => void = () => {};
  private topicList: Topic[] = [];
  private membership: Membership | null = null;
  private readonly gathering: Gathering;
  private readonly limit: { messages: number; bytes: number };
  private syncFailures = 0;
  private readFailures = 0;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly consumer: ConsumerOptions,
    private readonly memberId: string,
  ) {
    this.gathering = new Gathering(consumer.gatherMs ?? 0);
    this.limit = { messages: consumer.maxBatchMessages, bytes: consumer.maxBatchBytes };
    this.finished = new Promise((resolve, reject) => {
      this.finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at `finished` must not have the process ended by it; the event below tells of the stop.
    this.finished.catch(() => {});
  }

  async start(handler: BatchHandler): Promise<void> {
    if (this.state !== 'new') throw new Error('this consumer was started before');
    this.topicList = await this.parts.topics.findAll(this.consumer.topics);
    this.state = 'running';
    this.membership = new Membership(this.parts.pool, this.topicList, this.consumer, this.memberId, this.parts.options);
    const membership = this.membership;
    this.unsubscribe = this.parts.notifications.subscribe({
      onAppended: (topicId) => {
        if (!this.topicList.some((topic) => topic.topicId === topicId)) return;
        this.endsAreStale = true;
        this.work.raise();
      },
      onGroup: (group) => {
        if (group === this.consumer.group) this.coordination.raise();
      },
      onConnected: () => {
        this.endsAreStale = true;
        this.coordination.raise();
        this.work.raise();
      },
    });
    let markJoined = () => {};
    const joined = new Promise<void>((resolve) => {
      markJoined = resolve;
    });
    this.running = this.run(membership, handler, markJoined);
    await Promise.race([joined, this.finished]);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.work.raise();
  }

  async stop(): Promise<void> {
    if (this.state === 'new') {
      this.state = 'stopped';
      this.finish();
    }
    this.requestStop();
    await this.running;
  }

  private requestStop(): void {
    if (this.state === 'running') this.state = 'stopping';
    this.work.raise();
    this.coordination.raise();
  }

  private async run(membership: Membership, handler: BatchHandler, markJoined: () => void): Promise<void> {
    let failure: unknown;
    const stopOn = (error: unknown) => {
      failure ??= error;
      this.requestStop();
    };
    const coordinating = this.coordinate(membership, markJoined).catch(stopOn);
    await this.pump(membership, handler, stopOn).catch(stopOn);
    await coordinating;
    this.unsubscribe();
    try {
      await membership.leave();
    } catch (error) {
      // The lease runs out by itself; until then the others wait.
      this.parts.onEvent({ kind: 'leave-failed', group: this.consumer.group, error });
    }
    this.owned.clear();
    this.state = 'stopped';
    if (failure !== undefined) this.parts.onEvent({ kind: 'stopped', group: this.consumer.group, error: failure });
    this.finish(failure);
  }

  private async coordinate(membership: Membership, markJoined: () => void): Promise<void> {
    const { notifications, options } = this.parts;
    while (this.state === 'running') {
      const session = notifications.session();
      if (session === null) {
        await this.coordination.wait(options.heartbeatMs);
        continue;
      }
      try {
        this.apply(await membership.sync(session));
        await this.giveBack(membership);
        this.syncFailures = 0;
        markJoined();
        await this.coordination.wait(options.heartbeatMs);
      } catch (error) {
        if (errorKind(error) !== 'retriable') throw error;
        this.parts.onEvent({ kind: 'unreachable', group: this.consumer.group, error });
        await this.coordination.wait(this.backoffMs(++this.syncFailures));
      }
    }
  }

  /** Brings the local set in line with what the database says. */
  private apply(result: SyncResult): void {
    const current = new Map(result.owned.map((owned) => [partitionKey(owned.topic.topicId, owned.partition), owned]));
    for (const [key, buffer] of this.owned) {
      if (current.get(key)?.generation !== buffer.ownership.generation) this.drop(buffer);
    }
    for (const [key, owned] of current) {
      if (this.owned.has(key)) continue;
      this.owned.set(key, new PartitionBuffer(owned));
      this.endsAreStale = true;
      this.parts.onEvent({ kind: 'assigned', group: this.consumer.group, topic: owned.topic.topic, partition: owned.partition });
    }
    const toRelease = new Set(result.toRelease.map((wish) => partitionKey(wish.topicId, wish.partition)));
    for (const [key, buffer] of this.owned) buffer.releasing = toRelease.has(key);
    this.work.raise();
  }

  /** Gives back what the group wants elsewhere, except the partition whose batch is in hand; the pump calls again after it. */
  private async giveBack(membership: Membership): Promise<void> {
    const idle = [...this.owned].filter(([, buffer]) => buffer.releasing && !buffer.inHand);
    if (idle.length === 0) return;
    for (const [key] of idle) this.owned.delete(key);
    await membership.release(
      idle.map(([, { ownership }]) => ({ topicId: ownership.topic.topicId, partition: ownership.partition })),
    );
    for (const [, { ownership }] of idle)
      this.parts.onEvent({
        kind: 'released',
        group: this.consumer.group,
        topic: ownership.topic.topic,
        partition: ownership.partition,
      });
  }

  /** Hands out batches of different partitions, as many at a time as the consumer wants, and reads ahead meanwhile. */
  private async pump(membership: Membership, handler: BatchHandler, stopOn: (error: unknown) => void): Promise<void> {
    const inHand = new Set<Promise<void>>();
    const atOnce = this.consumer.partitionsAtOnce ?? 1;
    try {
      while (this.state === 'running') {
        if (this.paused) {
          await this.work.wait(this.parts.options.pollMs);
          continue;
        }
        const isFull = inHand.size >= atOnce;
        // With all hands full this reads ahead: it overlaps with the handlers and bounds what is held in memory.
        const buffer = await this.nextInTurn(() => this.workable().filter((candidate) => isFull || !candidate.inHand));
        if (inHand.size >= atOnce) await Promise.race(inHand);
        else if (!isFull && !buffer) await this.waitForWork();
        // Much may have changed while it was read.
        if (isFull || !buffer || this.paused || buffer.releasing || buffer.lost) continue;
        const messages = buffer.take(this.limit);
        if (!messages) continue;
        this.gathering.gone(buffer);
        this.moveToEnd(buffer);
        buffer.inHand = true;
        const batch = this.handOut(membership, handler, buffer, messages)
          .catch(stopOn)
          .finally(() => {
            buffer.inHand = false;
            inHand.delete(batch);
            this.work.raise();
            if (buffer.releasing) this.coordination.raise();
          });
        inHand.add(batch);
      }
    } finally {
      await Promise.all(inHand);
    }
  }

  /** Partitions that may be worked on now. */
  private workable(): PartitionBuffer[] {
    const nowMs = this.parts.clock.nowMs();
    return [...this.owned.values()].filter((buffer) => !buffer.releasing && !buffer.lost && buffer.notBeforeMs <= nowMs);
  }

  private endOf({ ownership: { topic, partition } }: PartitionBuffer): number {
    return this.ends.get(partitionKey(topic.topicId, partition)) ?? 0;
  }

  /**
   * The partition whose turn it is, filled up to a whole batch: what came while a slow handler was at work is handed out
   * together, or the handler would see what had been read ahead, one message at a time, and fall ever further behind.
   * @returns null when there is nothing to hand out now.
   */
  private async nextInTurn(candidates: () => PartitionBuffer[]): Promise<PartitionBuffer | null> {
    try {
      await this.refreshEnds();
      const waiting = candidates().filter((candidate) => !candidate.isEmpty || candidate.readOffset < this.endOf(candidate));
      const buffer = this.gathering.first(
        waiting,
        (candidate) => candidate.isFull(this.limit, this.endOf(candidate)),
        this.parts.clock.nowMs(),
      );
      if (!buffer) return null;
      const missing = buffer.missing(this.limit);
      if (missing && buffer.readOffset < this.endOf(buffer)) await this.read(buffer, missing);
      this.readFailures = 0;
      return buffer;
    } catch (error) {
      if (errorKind(error) !== 'retriable') throw error;
      this.endsAreStale = true;
      this.readFailures++;
      this.parts.onEvent({ kind: 'unreachable', group: this.consumer.group, error });
      return null;
    }
  }

  private async refreshEnds(): Promise<void> {
    if (!this.endsAreStale || !this.gathering.looks(this.parts.clock.nowMs())) return;
    this.endsAreStale = false;
    this.ends = await endOffsets(
      this.parts.pool,
      this.topicList.map((topic) => topic.topicId),
    );
  }

  private async read(buffer: PartitionBuffer, limit: { messages: number; bytes: number }): Promise<void> {
    const { topic, partition } = buffer.ownership;
    const read = await readMessages(this.parts.pool, { topic, partition, offset: buffer.readOffset }, limit);
    if (read.length > 0) buffer.add(read);
    // Retention removed everything up to the end that was seen.
    else buffer.readOffset = Math.max(this.endOf(buffer), buffer.readOffset);
  }

  /** Partitions take turns. */
  private moveToEnd(buffer: PartitionBuffer): void {
    const key = partitionKey(buffer.ownership.topic.topicId, buffer.ownership.partition);
    if (this.owned.get(key) !== buffer) return;
    this.owned.delete(key);
    this.owned.set(key, buffer);
  }

  private async waitForWork(): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    const pauseMs = this.readFailures > 0 ? this.backoffMs(this.readFailures) : this.parts.options.pollMs;
    const next = [this.gathering.untilMs, ...[...this.owned.values()].map((buffer) => buffer.notBeforeMs)];
    const waits = next.map((atMs) => atMs - nowMs).filter((waitMs) => waitMs > 0);
    if ((await this.work.wait(Math.min(pauseMs, ...waits))) === 'timeout') this.endsAreStale = true;
  }

  private async handOut(
    membership: Membership,
    handler: BatchHandler,
    buffer: PartitionBuffer,
    messages: readonly [StreamMessage, ...StreamMessage[]],
  ): Promise<void> {
    const { ownership } = buffer;
    const last = messages.at(-1) ?? messages[0];
    const batch: StreamBatch = {
      topic: ownership.topic.topic,
      partition: ownership.partition,
      messages,
      assertOwned: async () => {
        if (buffer.lost) throw new PartitionLostError(ownership.topic.topic, ownership.partition);
        await membership.assertOwned(ownership);
      },
    };
    try {
      try {
        await handler(batch);
        await membership.commit(ownership, last.offset + 1);
      } catch (error) {
        if (!(error instanceof PoisonedError)) throw error;
        await buryBatch({
          ...this.parts,
          pool: this.parts.publishPool,
          membership,
          owned: ownership,
          messages,
          nextOffset: last.offset + 1,
          error,
        });
        this.parts.onEvent({
          kind: 'dead-lettered',
          group: this.consumer.group,
          topic: batch.topic,
          partition: batch.partition,
          messages: messages.length,
          error,
        });
      }
      buffer.retry = null;
      buffer.failures = 0;
    } catch (error) {
      if (buffer.lost || error instanceof PartitionLostError) this.drop(buffer);
      else if (error instanceof RetriableError) this.scheduleRetry(buffer, messages, error);
      else throw error;
    }
  }

  /** Forgets a partition that another member has. */
  private drop(buffer: PartitionBuffer): void {
    const { topic, partition } = buffer.ownership;
    const key = partitionKey(topic.topicId, partition);
    if (this.owned.get(key) === buffer) this.owned.delete(key);
    if (!buffer.lost) this.parts.onEvent({ kind: 'lost', group: this.consumer.group, topic: topic.topic, partition });
    buffer.lost = true;
    this.coordination.raise();
  }

  private scheduleRetry(
    buffer: PartitionBuffer,
    messages: readonly [StreamMessage, ...StreamMessage[]],
    error: RetriableError,
  ): void {
    buffer.retry = messages;
    buffer.failures++;
    const delayMs = Math.max(error.retryAfterMs ?? 0, this.backoffMs(buffer.failures));
    buffer.notBeforeMs = this.parts.clock.nowMs() + delayMs;
    const { topic, partition } = buffer.ownership;
    this.parts.onEvent({
      kind: 'retry',
      group: this.consumer.group,
      topic: topic.topic,
      partition,
      attempt: buffer.failures,
      delayMs,
      error,
    });
  }

  private backoffMs(failures: number): number {
    return backoffDelayMs({ ...this.parts.options.backoff, maxAttempts: Number.POSITIVE_INFINITY }, failures, this.parts.rng);
  }
}
