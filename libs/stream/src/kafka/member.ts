import { RetriableError } from '@tianyan/kernel';
import kafkajs, { type Cluster, type Consumer, type EachBatchPayload } from 'kafkajs';
import type { StreamEvent } from '../events.js';
import type { ConsumerOptions, StreamBatch } from '../port.js';
import { PartitionLostError } from '../port.js';
import type { AdminConnection } from './admin-connection.js';
import { CLIENT_RETRY, type KafkaClient } from './client.js';
import { closeInTime } from './closing.js';
import { asStreamError, hasMoved, isFenced } from './errors.js';
import { leaveAs } from './former-member.js';
import { type Messages, takeBatch } from './messages.js';
import { FETCH_BYTES, FETCH_PARTITION_BYTES, GATHERED_BYTES, METADATA_MAX_AGE_MS, type KafkaStreamOptions } from './options.js';
import { PartitionState } from './partition-state.js';
import { fixStart } from './start-offsets.js';

export interface MemberInput {
  client: KafkaClient;
  connection: AdminConnection;
  consumer: ConsumerOptions;
  options: KafkaStreamOptions;
  onEvent: (event: StreamEvent) => void;
  /** Called after each (re)join of the group. */
  onJoined: (memberId: string) => void;
  /** The id under which a former member of this consumer was in the group; null when there is none, or it has left. */
  formerMemberId: string | null;
  /** Hands a batch out and settles it; see {@link Settled}. */
  handOut: (batch: StreamBatch, state: PartitionState, commit: () => Promise<void>) => Promise<Settled>;
  isPaused: () => boolean;
}

/** What became of a batch: committed; to be repeated after the delay; or the consumer must stop. */
export type Settled = { kind: 'committed' } | { kind: 'repeat'; delayMs: number } | { kind: 'stop' };

/**
 * One life of a kafkajs consumer: from joining until it is closed or kafkajs gives up. kafkajs reads, keeps the
 * membership and calls {@link take} with what one read brought of a partition, for as many partitions at a time as the
 * consumer wants.
 */
export class Member {
  private readonly kafka: Consumer;
  private cluster: Cluster | null = null;
  private readonly partitions = new Map<string, PartitionState>();
  private assigned = new Set<string>();
  /** Rises with every (re)join; what was read or held under an older one is not ours any more. */
  private epoch = 0;
  /** Why the group must be joined again, once the batch in hand is settled. */
  private rejoin: unknown = null;
  /** From then on nothing is handed out any more. */
  private closing = false;
  private closed = false;
  /** Batches that are handed out and not settled. */
  private readonly inHand = new Set<Promise<Settled>>();
  private fail!: (error: unknown) => void; // set in the constructor by the promise below
  private readonly crashed: Promise<never>;

  constructor(private readonly input: MemberInput) {
    const { consumer, options } = input;
    this.crashed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.crashed.catch(() => {});
    this.kafka = input.client.kafka.consumer({
      groupId: consumer.group,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      heartbeatInterval: options.heartbeatMs,
      // Brokers gather: an answer with less than this waits for the rest, for so long.
      ...(consumer.gatherMs
        ? { minBytes: GATHERED_BYTES, maxWaitTimeInMs: consumer.gatherMs }
        : { maxWaitTimeInMs: options.fetchWaitMs }),
      maxBytesPerPartition: FETCH_PARTITION_BYTES,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // A new member replaces one that kafkajs gave up on: its own restart keeps addresses that may be stale.
      retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
      partitionAssigners: [
        (parts) => {
          this.cluster = parts.cluster;
          return kafkajs.PartitionAssigners.roundRobin(parts);
        },
      ],
    });
    this.kafka.on('consumer.network.request_timeout', ({ payload }) => input.client.connections.end(payload.broker));
    this.kafka.on('consumer.crash', ({ payload }) => this.fail(payload.error));
    this.kafka.on('consumer.group_join', ({ payload }) => this.joined(payload.memberId, payload.memberAssignment));
  }

  /** Joins and works; resolves when `until` does. @throws what kafkajs gave up on, classified. */
  async run(until: Promise<void>): Promise<void> {
    const { consumer, connection } = this.input;
    try {
      await this.kafka.connect();
      if (!this.cluster) throw new Error('kafkajs did not ask for an assigner');
      await this.kafka.subscribe({ topics: [...consumer.topics], fromBeginning: true });
      if (this.input.formerMemberId !== null) await leaveAs(this.cluster, consumer.group, this.input.formerMemberId);
      await fixStart(this.cluster, connection, consumer);
      await this.kafka.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.input.consumer.partitionsAtOnce ?? 1,
        eachBatch: (payload) => this.take(payload),
      });
      this.applyPauses();
      await Promise.race([until, this.crashed]);
    } catch (error) {
      throw asStreamError(error);
    } finally {
      await this.close();
    }
  }

  private async close(): Promise<void> {
    this.closing = true;
    for (const state of this.partitions.values()) state.cancel();
    // A batch has all the time that it needs, and commits; only then does the time of kafkajs count.
    while (this.inHand.size > 0) await Promise.allSettled(this.inHand);
    try {
      // Leaves the group, too.
      await closeInTime(this.kafka);
    } catch (error) {
      // A successor takes it out of the group, or its session runs out; until then the others wait.
      this.input.onEvent({ kind: 'leave-failed', group: this.input.consumer.group, error });
    }
    this.closed = true;
    this.input.client.connections.endAll();
    for (const state of this.partitions.values()) state.cancel();
  }

  private joined(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    const { consumer, onEvent } = this.input;
    this.epoch++;
    this.rejoin = null;
    const now = new Map<string, { topic: string; partition: number }>();
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) now.set(keyOf(topic, partition), { topic, partition });
    for (const [key, state] of this.partitions) {
      if (now.has(key)) continue;
      state.cancel();
      this.partitions.delete(key);
      onEvent({ kind: 'released', group: consumer.group, topic: state.topic, partition: state.partition });
    }
    for (const [key, { topic, partition }] of now) {
      if (this.partitions.has(key)) continue;
      this.partitions.set(key, new PartitionState(topic, partition));
      onEvent({ kind: 'assigned', group: consumer.group, topic, partition });
    }
    this.assigned = new Set(now.keys());
    this.input.onJoined(memberId);
  }

  /**
   * Tells kafkajs what not to read now. Everything at once, because pausing one partition there ends the pause of its
   * whole topic.
   */
  applyPauses(): void {
    if (this.closed) return;
    const topics = this.input.consumer.topics.map((topic) => ({ topic }));
    try {
      if (this.input.isPaused()) {
        this.kafka.pause(topics);
        return;
      }
      this.kafka.resume(topics);
      const waiting = [...this.partitions.values()].filter((state) => state.isWaiting);
      this.kafka.pause(waiting.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
    } catch (error) {
      // Before it runs, and after it crashed, kafkajs has nothing to pause; `take` looks for itself.
      this.input.onEvent({
        kind: 'client-warning',
        message: 'pausing came too early or too late',
        details: { error: String(error) },
      });
    }
  }

  private owns(key: string, epoch: number): boolean {
    return !this.closed && epoch === this.epoch && this.assigned.has(key);
  }

  private mayHandOut(payload: EachBatchPayload, state: PartitionState, epoch: number): boolean {
    const ready = payload.isRunning() && !this.closing && this.rejoin === null && !this.input.isPaused() && !state.isWaiting;
    return ready && this.owns(keyOf(state.topic, state.partition), epoch);
  }

  /** What is not handed out here stays unresolved, and kafkajs reads it again. */
  private async take(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const state = this.partitions.get(keyOf(topic, partition));
    const epoch = this.epoch;
    const limit = { messages: this.input.consumer.maxBatchMessages, bytes: this.input.consumer.maxBatchBytes };
    if (!state) return;
    let next = 0;
    while (next < messages.length && this.mayHandOut(payload, state, epoch)) {
      const repeated = state.retry?.[0].offset === Number(messages[next]?.offset) ? state.retry : null;
      const batch = repeated ?? takeBatch({ topic, partition, messages }, next, limit);
      if (!batch) return;
      const last = batch.at(-1) ?? batch[0];
      const settling = this.handOut(payload, state, epoch, batch);
      this.inHand.add(settling);
      const settled = await settling.finally(() => this.inHand.delete(settling));
      if (settled.kind === 'stop') return;
      if (settled.kind === 'repeat') {
        state.retry = batch;
        state.wait(settled.delayMs, () => this.applyPauses());
        this.applyPauses();
        return;
      }
      state.succeeded();
      payload.resolveOffset(String(last.offset));
      while (next < messages.length && Number(messages[next]?.offset) <= last.offset) next++;
      await payload.heartbeat();
    }
    // Thrown, so that kafkajs joins again at once instead of after what it has read of other partitions.
    if (this.rejoin !== null) throw this.rejoin;
  }

  private async handOut(payload: EachBatchPayload, state: PartitionState, epoch: number, messages: Messages): Promise<Settled> {
    const { topic, partition } = state;
    const key = keyOf(topic, partition);
    const commit = async (offset: number) => {
      if (!this.owns(key, epoch)) throw new PartitionLostError(topic, partition);
      try {
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] });
      } catch (error) {
        if (!isFenced(error)) throw this.lostCoordinator(asStreamError(error));
        this.rejoin ??= error;
        throw new PartitionLostError(topic, partition);
      }
    };
    const batch: StreamBatch = {
      topic,
      partition,
      messages,
      // Committing the present position changes nothing, but the coordinator accepts it only from a member of the
      // present generation, and counts it as a sign of life: the effect has a whole session time-out.
      assertOwned: () => commit(messages[0].offset),
    };
    const last = messages.at(-1) ?? messages[0];
    const stopBeating = this.keepBeating(payload);
    try {
      return await this.input.handOut(batch, state, () => commit(last.offset + 1));
    } catch (error) {
      if (!(error instanceof PartitionLostError)) throw error;
      this.input.onEvent({ kind: 'lost', group: this.input.consumer.group, topic, partition });
      throw this.rejoin ?? error;
    } finally {
      stopBeating();
    }
  }

  /**
   * kafkajs asks the coordinator of the group that it knew when it joined, for good: when that broker dies or gives the group
   * away, every commit fails, however often the batch is repeated. A new member asks who it is now.
   */
  private lostCoordinator(error: unknown): unknown {
    if (error instanceof RetriableError) this.fail(error);
    return error;
  }

  /** kafkajs says nothing to the group while a handler works; without this a slow one would lose its partitions. */
  private keepBeating(payload: EachBatchPayload): () => void {
    const timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        // Out of reach: the next beat may get through, and the commit finds out.
        if (isFenced(error)) this.rejoin ??= error;
        else if (hasMoved(error)) this.lostCoordinator(asStreamError(error));
      });
    }, this.input.options.heartbeatMs / 2);
    return () => clearInterval(timer);
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
