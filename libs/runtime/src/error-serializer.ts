import { maskText } from '@tianyan/access';

/** What a log keeps of an error. Drivers hang whole connections on theirs, with addresses and names that do not belong there. */
export interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  code?: string;
  cause?: LoggedError;
}

/** Depth of causes that are followed: deeper ones repeat. */
const MAX_CAUSES = 4;

export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: maskText(String(error)) };
  // A database quotes the value that it refuses; what can be told by its form is kept out of the log.
  const logged: LoggedError = { type: error.constructor.name, message: maskText(error.message) };
  if (error.stack) logged.stack = maskText(error.stack);
  if ('code' in error && typeof error.code === 'string') logged.code = error.code;
  if (error.cause !== undefined && depth < MAX_CAUSES) logged.cause = serializeError(error.cause, depth + 1);
  return logged;
}
