import { isDiskFull, PoisonedError, RetriableError } from '@tianyan/kernel';
import { types } from 'node:util';

/** Answers of ClickHouse after which the same statement may succeed later. */
const RETRIABLE_TYPES = new Set([
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'SOCKET_TIMEOUT',
  'NETWORK_ERROR',
  'MEMORY_LIMIT_EXCEEDED',
  'TABLE_IS_READ_ONLY',
  'NOT_ENOUGH_SPACE',
  // Room was promised, and gone when it was wanted.
  'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
  'CANNOT_FSYNC',
  'TOO_MANY_PARTS',
  'ALL_CONNECTION_TRIES_FAILED',
  'UNKNOWN_STATUS_OF_INSERT',
  'QUERY_WAS_CANCELLED',
  'NO_ZOOKEEPER',
  'KEEPER_EXCEPTION',
  'TOO_FEW_LIVE_REPLICAS',
  'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE',
  'REPLICA_IS_NOT_IN_QUORUM',
  'ALL_REPLICAS_LOST',
  'ALL_REPLICAS_ARE_STALE',
  'UNFINISHED',
  'SERVER_OVERLOADED',
  'CANNOT_SCHEDULE_TASK',
]);

/** Answers after which another replica may do better at once. */
const REPLICA_TYPES = new Set([
  'TABLE_IS_READ_ONLY',
  'NO_ZOOKEEPER',
  'KEEPER_EXCEPTION',
  'NOT_ENOUGH_SPACE',
  'SERVER_OVERLOADED',
]);

/** Answers that leave open whether the statement has had its effect, or will have it. */
const UNDECIDED_TYPES = new Set(['UNKNOWN_STATUS_OF_INSERT', 'SOCKET_TIMEOUT', 'NETWORK_ERROR']);

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

/** Node's codes of a connection that could not be made: nothing was sent. */
const UNREACHABLE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Node's codes of a connection that broke, or of an answer that ended too early. */
const BROKEN_CODES = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE', 'Z_BUF_ERROR']);

/** A failure of the warehouse after which the same call may succeed later, and what is known about it. */
export class WarehouseTrouble extends RetriableError {
  constructor(
    message: string,
    /** Another replica may succeed at once. */
    readonly isOfReplica: boolean,
    /** The statement may have had its effect, or may have it later: nobody heard the answer. */
    readonly isUndecided: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
    this.name = 'WarehouseTrouble';
  }
}

/** A query wanted more memory, or gave a larger answer, than one may: asked about less, it may succeed. */
export function isTooMuchAtOnce(error: unknown): boolean {
  const type = clickHouseErrorName(error);
  return type === 'MEMORY_LIMIT_EXCEEDED' || type === 'TOO_MANY_ROWS_OR_BYTES';
}

/** A query took longer than one may. */
export function ranOutOfTime(error: unknown): boolean {
  return clickHouseErrorName(error) === 'TIMEOUT_EXCEEDED';
}

/** A query needed more than one may have: of memory, of rows that it reads or answers, of time. */
export function isBeyondLimits(error: unknown): boolean {
  return isTooMuchAtOnce(error) || ranOutOfTime(error) || clickHouseErrorName(error) === 'TOO_MANY_ROWS';
}

/** Name of ClickHouse's error, also behind what it was turned into here; undefined for anything else. */
export function clickHouseErrorName(error: unknown): string | undefined {
  return clickHouseType(error instanceof WarehouseTrouble ? error.cause : error);
}

/**
 * Name of ClickHouse's error, e.g. `TYPE_MISMATCH`. By shape, not by class: the embedded connection throws the
 * `ClickHouseError` of its own copy of the client's code, and errors of Node itself may come from another realm.
 */
function clickHouseType(error: unknown): string | undefined {
  if (!types.isNativeError(error) || !('type' in error) || typeof error.type !== 'string') return undefined;
  return error.type;
}

function connectionCode(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined;
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
    return new WarehouseTrouble(
      `ClickHouse: ${type}: ${messageOf(error)}`,
      REPLICA_TYPES.has(type),
      UNDECIDED_TYPES.has(type),
      error,
    );
  if (isDiskFull(error)) return new WarehouseTrouble(`ClickHouse: the disk is full: ${messageOf(error)}`, true, false, error);
  const code = connectionCode(error);
  if (code !== undefined && UNREACHABLE_CODES.has(code))
    return new WarehouseTrouble(`ClickHouse is out of reach (${code})`, true, false, error);
  if (code !== undefined && BROKEN_CODES.has(code))
    return new WarehouseTrouble(`the connection to ClickHouse broke (${code})`, true, true, error);
  if (types.isNativeError(error) && error.message === 'Timeout error.')
    return new WarehouseTrouble('ClickHouse did not answer in time', true, true, error);
  return error;
}

/** Longest piece of a foreign answer that is worth keeping. */
const MAX_FOREIGN_CHARS = 200;

/**
 * Over HTTP, an answer that failed and is no exception of ClickHouse comes from something in between (a proxy or balancer
 * with a page of its own); the client throws its text as a bare Error. As embedded, such an error is a mistake.
 */
export function foreignAnswerToTrouble(error: unknown): unknown {
  const isBare = types.isNativeError(error) && error.name === 'Error';
  if (!isBare || clickHouseType(error) !== undefined || connectionCode(error) !== undefined) return error;
  const text = error.message.slice(0, MAX_FOREIGN_CHARS);
  return new WarehouseTrouble(`something before ClickHouse answered: ${text}`, true, true, error);
}

/** As {@link toWarehouseError}, for inserts: a row that does not fit its table is a PoisonedError. */
export function toInsertError(error: unknown): unknown {
  const type = clickHouseType(error);
  if (type !== undefined && (type.startsWith('CANNOT_PARSE_') || BAD_ROW_TYPES.has(type)))
    return new PoisonedError(`ClickHouse refused a row: ${type}`, '数据与表结构不符，无法入库', null, { cause: error });
  return toWarehouseError(error);
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
