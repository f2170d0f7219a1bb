import { PoisonedError, RetriableError } from '@tianyan/kernel';

/** Answers of ClickHouse after which the same statement may succeed later. */
const RETRIABLE_TYPES = new Set([
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'SOCKET_TIMEOUT',
  'NETWORK_ERROR',
  'MEMORY_LIMIT_EXCEEDED',
  'TABLE_IS_READ_ONLY',
  'NOT_ENOUGH_SPACE',
  'TOO_MANY_PARTS',
  'ALL_CONNECTION_TRIES_FAILED',
  'UNKNOWN_STATUS_OF_INSERT',
  'QUERY_WAS_CANCELLED',
  'NO_ZOOKEEPER',
  'KEEPER_EXCEPTION',
]);

/** Answers that mean: a row of the insert cannot be stored in its column. Besides all `CANNOT_PARSE_…`. */
const BAD_ROW_TYPES = new Set([
  'INCORRECT_DATA',
  'TYPE_MISMATCH',
  'ARGUMENT_OUT_OF_BOUND',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
  'DECIMAL_OVERFLOW',
  'TOO_LARGE_STRING_SIZE',
  'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  'CANNOT_CONVERT_TYPE',
  'ATTEMPT_TO_READ_AFTER_EOF',
]);

/** Node's codes of a connection that could not be made or broke. */
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/**
 * Name of ClickHouse's error, e.g. `TYPE_MISMATCH`. By shape, not by class: the embedded connection throws the
 * `ClickHouseError` of its own copy of the client's code.
 */
function clickHouseType(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return undefined;
  return error.type;
}

function connectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException; // only read, and compared with known codes
  return code;
}

/**
 * The kind of failure behind an error of the client: RetriableError when the server is out of reach or overloaded, the
 * error itself otherwise (unknown: a mistake in a statement must stop the caller).
 */
export function toWarehouseError(error: unknown): unknown {
  const type = clickHouseType(error);
  if (type !== undefined && RETRIABLE_TYPES.has(type))
    return new RetriableError(`ClickHouse: ${type}: ${messageOf(error)}`, { cause: error });
  const code = connectionCode(error);
  if (code !== undefined && CONNECTION_CODES.has(code))
    return new RetriableError(`ClickHouse is out of reach (${code})`, { cause: error });
  if (error instanceof Error && error.message === 'Timeout error.')
    return new RetriableError('ClickHouse did not answer in time', { cause: error });
  return error;
}

/** As {@link toWarehouseError}, for inserts: a row that does not fit its table is a PoisonedError. */
export function toInsertError(error: unknown): unknown {
  const type = clickHouseType(error);
  if (type !== undefined && (type.startsWith('CANNOT_PARSE_') || BAD_ROW_TYPES.has(type)))
    return new PoisonedError(`ClickHouse refused a row: ${type}`, '数据与表结构不符，无法入库', null, { cause: error });
  return toWarehouseError(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
