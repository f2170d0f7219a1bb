import { RetriableError, SECOND_MS } from '@tianyan/kernel';
import { Redis } from 'ioredis';

const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;

/** The client keeps a timer for so long even of a connection that has failed, and the process would not end before. */
const DISCONNECT_TIMEOUT_MS = 100;

/** Answers of a Redis that is there and will soon serve. */
const NOT_YET = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)\b/;

/** Resolves when it answers. Throws RetriableError when it cannot be reached, and what it said when it refuses. */
export async function pingRedis(url: string): Promise<void> {
  let heard: unknown;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    // Whoever called waits and calls again.
    retryStrategy: () => null,
  });
  // The failure of the call only says that the connection is closed; this says why.
  redis.on('error', (error: unknown) => {
    heard ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const cause = heard ?? error;
    const isAnswer = cause instanceof Error && cause.name === 'ReplyError' && !NOT_YET.test(cause.message);
    throw isAnswer ? cause : new RetriableError('Redis is out of reach', { cause });
  } finally {
    redis.disconnect();
  }
}
