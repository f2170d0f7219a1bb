/**
 * The kinds of failure the platform tells apart. What to do follows from the kind alone:
 * - `retriable`: the same call may succeed later (connection cut, too many requests): back off and repeat;
 * - `poisoned`: this input can never succeed: quarantine or dead letter, with the reason, and go on;
 * - `refused`: a person asked for something that is not possible or not allowed: tell them, in Chinese, what to do;
 * - `unknown`: anything else: stop before commit, so that nothing is lost or done twice.
 */
export type ErrorKind = 'retriable' | 'poisoned' | 'refused' | 'unknown';

export type RefusalCode = 'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'too-many' | 'too-large';

export class RetriableError extends Error {
  readonly kind = 'retriable' as const;
  /** How long the other side asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'RetriableError';
    this.retryAfterMs = options.retryAfterMs;
  }
}

export class PoisonedError extends Error {
  readonly kind = 'poisoned' as const;
  constructor(
    message: string,
    /** What was wrong, in Chinese, for the person who will look at the quarantine. */
    readonly reason: string,
    readonly field: string | null = null,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'PoisonedError';
  }
}

/** The message is shown to the user as it is: Chinese, plain, says what to do. */
export class RefusedError extends Error {
  readonly kind = 'refused' as const;
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = 'RefusedError';
  }
}

export function errorKind(error: unknown): ErrorKind {
  if (error instanceof RetriableError || error instanceof PoisonedError || error instanceof RefusedError) return error.kind;
  return 'unknown';
}
