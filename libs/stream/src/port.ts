import { type EpochMs, RetriableError } from '@tianyan/kernel';

/** A message to be published. All messages of one key keep their order. */
export interface OutgoingMessage {
  key: string;
  value: string;
  headers?: Readonly<Record<string, string>>;
}

/** A message as it stands in the log. `offset` counts up within its partition, starting anywhere, with or without gaps. */
export interface StreamMessage extends OutgoingMessage {
  headers: Readonly<Record<string, string>>;
  topic: string;
  partition: number;
  offset: number;
  /** When the log took it in. */
  appendedAtMs: EpochMs;
  /** The value in UTF-8, where the log holds it so: for whoever hands it on without looking into it. */
  readonly bytes?: Buffer;
}

/** Messages of one partition, in offset order. Never empty. */
export interface StreamBatch {
  topic: string;
  partition: number;
  messages: readonly [StreamMessage, ...StreamMessage[]];
  /** Throws if this consumer no longer owns the partition; ask right before an effect that must not come from two owners. */
  assertOwned(): Promise<void>;
}

/**
 * Thrown by {@link StreamBatch.assertOwned}: another member has the partition now, or may have it. Retriable, because the
 * new owner gets the same messages; a handler just lets it through.
 */
export class PartitionLostError extends RetriableError {
  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {
    super(`partition ${partition} of ${topic} belongs to another member now`);
    this.name = 'PartitionLostError';
  }
}

export interface StreamProducer {
  /** Resolves when the log holds every message durably. Throws RetriableError when the log is out of reach. */
  publish(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

export type BatchHandler = (batch: StreamBatch) => Promise<void>;

export interface ConsumerOptions {
  group: string;
  topics: readonly string[];
  /** At most so many messages a batch. */
  maxBatchMessages: number;
  /** At most so many bytes of values a batch (one message may exceed it alone). */
  maxBatchBytes: number;
  /**
   * The handler may have batches of so many partitions in hand at a time, one of each; 1 without it. An adapter may hand out
   * fewer.
   */
  partitionsAtOnce?: number;
  /**
   * Batches that are not full are handed out at most once in so long, those of all partitions together; a full one at once. What
   * each batch costs, whatever is in it, is so bounded under light load. 0 without it. An adapter may leave it to its server,
   * which then waits for so long with every answer that is not full.
   */
  gatherMs?: number;
  /** Where a group without offsets starts. */
  startFrom: 'earliest' | 'latest' | { atMs: EpochMs };
}

/**
 * One member of a consumer group. The offset of a batch is committed after its handler has resolved, never before.
 * A handler that throws RetriableError gets the same messages again after a backoff;
 * PoisonedError sends the batch's messages to the dead-letter topic with the reason and goes on (a handler that wants
 * less than the whole batch dead-lettered isolates the message itself); anything else stops the consumer.
 */
export interface StreamConsumer {
  /** Starts to hand out batches; resolves once the member has joined. */
  start(handler: BatchHandler): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends after the batch in hand, if any; resolves when nothing is running any more. */
  stop(): Promise<void>;
  /** Rejects when the consumer has stopped on an unknown error; resolves after {@link stop}. */
  readonly finished: Promise<void>;
}

export interface PartitionLag {
  topic: string;
  partition: number;
  /** Messages in the log that the group has not committed. */
  lagMessages: number;
  /** The next offset the group will get, after all that it has committed; null when it has never joined. */
  committedOffset: number | null;
  /** The offset the next message will get. */
  endOffset: number;
}

export interface TopicSpec {
  topic: string;
  partitions: number;
  /** Messages older than this are dropped, committed or not; null keeps them. */
  retentionMs: number | null;
  /**
   * Also drop what every group that ever joined has committed. Only for topics that nobody reads again from the start:
   * a group that joins later misses what is gone. Kafka has no such thing: there it means a retention by age, however
   * far groups have read (`committedRetentionMs`).
   */
  dropCommitted?: boolean;
}

export interface StreamAdmin {
  /** Creates what is missing; never changes the partitions of an existing topic (keys would move). */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  /** Drops messages past retention; the PostgreSQL log also drops what every group has committed. Kafka does it by itself. */
  enforceRetention(): Promise<void>;
}

/** One stream technology: the three roles, made from one configuration. */
export interface Stream {
  producer(): StreamProducer;
  consumer(options: ConsumerOptions): StreamConsumer;
  admin(): StreamAdmin;
  close(): Promise<void>;
}

/** Where a poisoned batch's messages go; headers `reason`, `field`, `topic`, `partition`, `offset` say why and from where. */
export function deadLetterTopic(topic: string): string {
  return `dead-letter.${topic}`;
}
