import { types } from 'node:util';
import { errorKind, RetriableError } from '@tianyan/kernel';

/** SQLSTATE classes after which the same call may succeed: connection, resources, shutdown, deadlock or serialisation. */
const RETRIABLE_CLASSES = ['08', '40', '53', '57P', '55P03'];
const RETRIABLE_SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** The client reports a cut connection without a code. */
const RETRIABLE_MESSAGE =
  /Connection terminated|connection error and is not queryable|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout/;

/**
 * The same error, as RetriableError where PostgreSQL was out of reach; everything else as it is. By shape, so that it
 * needs no client: whoever talks to PostgreSQL classifies its failures by this and nothing else.
 */
export function asPostgresError(error: unknown): unknown {
  // Not `instanceof Error`: a socket's errors come from another realm where the code runs in a VM context, as in tests.
  if (errorKind(error) !== 'unknown' || !types.isNativeError(error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const retriable =
    RETRIABLE_SOCKET_CODES.has(code) ||
    RETRIABLE_CLASSES.some((start) => code.startsWith(start)) ||
    RETRIABLE_MESSAGE.test(error.message);
  // Of a name with several addresses the message is empty, and only the code says what happened.
  return retriable ? new RetriableError(`PostgreSQL is out of reach: ${error.message || code}`, { cause: error }) : error;
}

/** SQLSTATE of a statement that was ended, here by its limit of time. */
const STATEMENT_ENDED = '57014';

/** A statement took longer than its `statement_timeout`. */
export function isOutOfTime(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === STATEMENT_ENDED;
}

/** Runs a call of PostgreSQL and classifies its failure. */
export async function reachingPostgres<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asPostgresError(error);
  }
}
