import { types } from 'node:util';

/** As the file system says it, and PostgreSQL. */
const CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);
/** As ClickHouse says it, also where the message of a part of its library is passed on. */
const MESSAGES = /NOT_ENOUGH_SPACE|No space left on device/;
/** Errors are wrapped a few times at most on their way up. */
const MAX_CAUSES = 5;

/** Whether the reason of a failure, or the reason behind it, is a full disk: once there is room again, the same call succeeds. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error, depth = 0; types.isNativeError(cause) && depth < MAX_CAUSES; cause = cause.cause, depth++)
    if (('code' in cause && CODES.has(cause.code)) || MESSAGES.test(cause.message)) return true;
  return false;
}
