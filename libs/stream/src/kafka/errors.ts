import { errorKind, RetriableError } from '@tianyan/kernel';
import kafkajs from 'kafkajs';

/** What kafkajs marks as final although a later call may succeed: it gave up repeating, or looked at the wrong moment. */
const RETRIABLE_NAMES = new Set([
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);
/** The producer's identity is unknown or out of step; a new producer has a new one (see `KafkaProducer`). */
const RETRIABLE_TYPES = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
]);
/** The group goes on without this member, or under another generation. */
const FENCED_TYPES = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

/** A broker answered, but is not done with taking over a group or partition; it takes a moment after a start or a failure. */
const NOT_READY_TYPES = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** The protocol's name of an error, or '' where the error did not come from a broker. */
export function protocolType(error: unknown): string {
  // Of several topics, each with an error of its own.
  if (error instanceof kafkajs.KafkaJSAggregateError) return error.errors.map(protocolType).find((type) => type !== '') ?? '';
  if (!(error instanceof kafkajs.KafkaJSError)) return '';
  if ('type' in error && typeof error.type === 'string') return error.type;
  return error.cause === undefined || error.cause === error ? '' : protocolType(error.cause);
}

export const isFenced = (error: unknown): boolean => FENCED_TYPES.has(protocolType(error));

/** The group is another broker's now. kafkajs goes on asking the one that it knew when it joined. */
export const hasMoved = (error: unknown): boolean => protocolType(error) === 'NOT_COORDINATOR_FOR_GROUP';

/** Thrown in place of what kafkajs throws when it trips over a topic whose partitions have no leader yet. */
export class NotReadyYetError extends RetriableError {
  override readonly name = 'NotReadyYetError';
}

export const isNotReadyYet = (error: unknown): boolean =>
  error instanceof NotReadyYetError || NOT_READY_TYPES.has(protocolType(error));

function isRetriable(error: unknown): boolean {
  if (error instanceof kafkajs.KafkaJSAggregateError) return error.errors.every(isRetriable);
  if (!(error instanceof kafkajs.KafkaJSError)) return false;
  if (error.retriable || RETRIABLE_NAMES.has(error.name) || RETRIABLE_TYPES.has(protocolType(error))) return true;
  // kafkajs wraps a failure in a "non-retriable" error when it has given up on it.
  return error.cause !== undefined && error.cause !== error && isRetriable(error.cause);
}

/** The same error, as RetriableError where the cluster was out of reach; everything else as it is. */
export function asStreamError(error: unknown): unknown {
  const isOfClient = error instanceof kafkajs.KafkaJSError || error instanceof kafkajs.KafkaJSAggregateError;
  if (errorKind(error) !== 'unknown' || !isOfClient) return error;
  return isRetriable(error) ? new RetriableError(`Kafka is out of reach: ${error.message}`, { cause: error }) : error;
}

/** Runs a call of kafkajs and classifies its failure. */
export async function reaching<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asStreamError(error);
  }
}
