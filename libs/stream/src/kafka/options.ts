import type { BackoffPolicy } from '@tianyan/kernel';
import { MAX_MESSAGE_BYTES } from '../message-limit.js';

export type KafkaCompression = 'zstd' | 'gzip' | 'none';

/** What an operator or a test may set; every time has a default that suits a cluster in one building. */
export interface KafkaStreamOptions {
  /** How often a member tells the group that it lives, also while a handler works. */
  heartbeatMs: number;
  /**
   * A member that was not heard of for so long has lost its partitions. Longer than the longest stop of the event loop;
   * the broker allows 6 to 1,800 s (`group.min.session.timeout.ms`).
   */
  sessionTimeoutMs: number;
  /**
   * How long the group waits for a handler to finish before it shares the partitions anew without that member. Longer
   * than any handler should take: one that takes longer gets its messages again, with another owner.
   */
  rebalanceTimeoutMs: number;
  /** The broker answers an empty read after so long; pausing, resuming and stopping take up to this. */
  fetchWaitMs: number;
  /** A request without an answer for so long counts as a lost connection; longer than a fail-over takes. */
  requestTimeoutMs: number;
  /** Waits between repeats of a failed handler or a lost connection. */
  backoff: Pick<BackoffPolicy, 'firstDelayMs' | 'maxDelayMs'>;
  /** Copies of each partition of a topic that is created here; null leaves it to the cluster (`default.replication.factor`). */
  replicationFactor: number | null;
  /**
   * Retention of topics with `dropCommitted`: Kafka drops by age whether or not a group has read, so this bounds how
   * long a group may be away without losing anything.
   */
  committedRetentionMs: number;
  /** How record batches are compressed; every consumer reads all three. */
  compression: KafkaCompression;
}

/**
 * A cluster names a dead broker's successors within 9 s (`broker.session.timeout.ms`); when that broker led the controllers,
 * they choose their new leader first (2 to 4 s). What stays silent for longer will not answer any more.
 */
const FAIL_OVER_MS = 13_000;

export const DEFAULT_KAFKA_STREAM_OPTIONS: KafkaStreamOptions = {
  heartbeatMs: 3_000,
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 60_000,
  fetchWaitMs: 500,
  requestTimeoutMs: FAIL_OVER_MS + 2_000,
  backoff: { firstDelayMs: 200, maxDelayMs: 15_000 },
  replicationFactor: null,
  committedRetentionMs: 14 * 24 * 60 * 60 * 1_000,
  compression: 'zstd',
};

/** kafkajs repeats a failed request so often by itself; then the caller hears RetriableError and decides. */
export const CLIENT_RETRIES = 3;
export const CLIENT_FIRST_DELAY_MS = 100;
export const CLIENT_MAX_DELAY_MS = 2_000;
/** A coordinator that takes over a group is ready within seconds; kafkajs itself does not repeat such questions. */
export const NOT_READY_RETRY: BackoffPolicy = { maxAttempts: 8, firstDelayMs: 100, maxDelayMs: 2_000 };
/** So long the leader of a partition waits for the other copies; below the client's own patience, so that a live one answers. */
export const ACK_TIMEOUT_MS = FAIL_OVER_MS;
/** Who leads a partition is asked again before a request is repeated that was not answered in time. */
export const METADATA_MAX_AGE_MS = 5_000;
/**
 * Requests that a producer has under way side by side, each on a connection to each broker that it needs: as many as a
 * topic of this program has partitions.
 */
export const PRODUCER_LANES = 4;
/** A client says good-bye in milliseconds, and within this to a broker that is busy; then it is left behind. */
export const CLOSE_TIMEOUT_MS = 5_000;
/** A broker in the same building answers in milliseconds; more than this is an outage. */
export const CONNECT_TIMEOUT_MS = 3_000;
/**
 * Uncompressed bytes of one partition in one request; kafkajs makes one record batch of them. Below Kafka's default
 * limit of 1 MB for a record batch, so that topics which an operator created take them too.
 */
export const RECORD_BATCH_BYTES = 900_000;
/** Bytes of the requests that go out side by side: kafkajs holds them in memory several times over while it encodes. */
export const ROUND_BYTES = 8 * 1024 * 1024;
/** What Kafka adds to a message at most: lengths, offset, timestamp, and the batch's header. */
export const RECORD_OVERHEAD_BYTES = 256;
/** Largest record batch of a topic made here: one message of the largest size that a stream takes. */
export const TOPIC_MAX_MESSAGE_BYTES = MAX_MESSAGE_BYTES + 256 * 1024;
/**
 * After a kill a broker reads again what it has not forced to the disk, before it answers: of each partition the segment that
 * is being written to. Kafka's own size is 1 GB.
 */
export const TOPIC_SEGMENT_BYTES = 128 * 1024 * 1024;
/**
 * Compressed bytes that one read brings of a partition, and of all together. They grow some five times when unpacked: some
 * 14,000 records of a partition, so that hardly a batch of 5,000 is cut short by the end of a read.
 */
export const FETCH_PARTITION_BYTES = 2 * 1024 * 1024;
export const FETCH_BYTES = 8 * 1024 * 1024;
/** With less of it a broker waits for more, where a consumer gathers: some hundred records, which are worth an insert. */
export const GATHERED_BYTES = 64 * 1024;
/** Publishes that may wait for their turn in a producer; more means that the caller does not wait for any. */
export const MAX_WAITING_PUBLISHES = 1_000;
/** Copies that let a broker die without loss and without a stop. */
export const SAFE_COPIES = 3;
/** With three copies or more, a message counts as stored when two have it: then one broker may die unnoticed. */
export const MIN_IN_SYNC_OF_THREE = 2;
