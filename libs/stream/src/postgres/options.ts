import type { BackoffPolicy } from '@tianyan/kernel';

/** What an operator or a test may set; every time has a default that suits one machine. */
export interface PostgresStreamOptions {
  /** A consumer that hears of nothing looks by itself this often: notifications may be lost while reconnecting. */
  pollMs: number;
  /** How often a member renews its lease and looks whether partitions should move. */
  heartbeatMs: number;
  /** A member that has not renewed for so long has lost its partitions. Longer than the longest stop of the event loop. */
  leaseMs: number;
  /** Waits between repeats of a failed handler or a lost connection. */
  backoff: Pick<BackoffPolicy, 'firstDelayMs' | 'maxDelayMs'>;
  /** Connections for publishing; also the number of publishes that run at once. */
  publishConnections: number;
  /** Connections for reading, committing and membership of all consumers of this process. */
  consumeConnections: number;
}

export const DEFAULT_POSTGRES_STREAM_OPTIONS: PostgresStreamOptions = {
  pollMs: 1_000,
  heartbeatMs: 3_000,
  leaseMs: 30_000,
  backoff: { firstDelayMs: 200, maxDelayMs: 15_000 },
  publishConnections: 4,
  consumeConnections: 6,
};

/** A chunk is closed at so many bytes: small enough to read a bounded batch, large enough that row overhead vanishes. */
export const CHUNK_BYTES = 256 * 1024;
/** … or at so many messages. */
export const CHUNK_MESSAGES = 1_000;
/** Below this a chunk stays readable text: compression would save nothing, and an operator can read it with SQL. */
export const COMPRESS_FROM_BYTES = 1_024;
/** zstd's fastest regular level: records shrink to a fifth and less at some 800 MB/s. */
export const COMPRESSION_LEVEL = 1;
/** Up to so many (compressed) bytes are published in one call; more is streamed by COPY. */
export const ONE_CALL_BYTES = 512 * 1024;
/** Retention removes so many chunks in one transaction: a fraction of a second. */
export const RETENTION_CHUNKS = 1_000;
/** Connection attempts give up after this, so that a caller hears RetriableError instead of hanging. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** A statement without an answer for so long counts as a lost connection: a half-open one would hang for ever. */
export const QUERY_TIMEOUT_MS = 60_000;
/** Publishes of one topic that may wait for their turn in a producer; more means that the caller does not wait for any. */
export const MAX_WAITING_PUBLISHES = 1_000;
