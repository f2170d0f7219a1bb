import { errorKind, RetriableError } from './errors.js';
import type { Rng } from './rng.js';

/** How often and how patiently a retriable failure is repeated. */
export interface BackoffPolicy {
  maxAttempts: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

/** Exponential backoff with full jitter: many clients that failed together do not come back together. */
export function backoffDelayMs(policy: BackoffPolicy, attempt: number, rng: Rng): number {
  const ceilingMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return Math.ceil(rng.next() * ceilingMs);
}

/** Waits; passed in so that tests need not. */
export type Pause = (delayMs: number, signal?: AbortSignal) => Promise<void>;

export const timerPause: Pause = (delayMs, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });

/** Repeats `attempt` while it fails in a retriable way; any other failure, and the last one, is thrown as it is. */
export async function withRetry<T>(
  input: {
    policy: BackoffPolicy;
    rng: Rng;
    pause: Pause;
    signal?: AbortSignal;
    onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
  },
  attempt: () => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (errorKind(error) !== 'retriable' || count >= input.policy.maxAttempts || input.signal?.aborted) throw error;
      const asked = error instanceof RetriableError ? error.retryAfterMs : undefined;
      const delayMs = Math.max(asked ?? 0, backoffDelayMs(input.policy, count, input.rng));
      input.onRetry?.(error, count, delayMs);
      await input.pause(delayMs, input.signal);
    }
  }
}
