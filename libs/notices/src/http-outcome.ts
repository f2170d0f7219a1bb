import { HOUR_MS, retryAfterMs, type Clock } from '@tianyan/kernel';
import type { SendOutcome } from './channel.js';

/** A receiver that asks for a longer pause is tried again after so long. */
export const MAX_RETRY_AFTER_MS = 6 * HOUR_MS;

/** Answers after which another attempt makes sense: the receiver was busy or broken, not offended. */
const AGAIN = new Set([408, 409, 425, 429]);

/** What an HTTP status says of an attempt. */
export function outcomeOfStatus(answer: { status: number; retryAfter?: string | undefined }, clock: Clock): SendOutcome {
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `对方答复 HTTP ${status}`;
  if (status < 500 && !AGAIN.has(status)) return { kind: 'final', reason };
  return { kind: 'again', reason, afterMs: retryAfterMs(retryAfter, clock, MAX_RETRY_AFTER_MS) };
}
