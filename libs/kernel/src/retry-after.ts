import type { Clock } from './clock.js';
import { SECOND_MS } from './clock.js';

/**
 * How long a server asks to be left alone: its header `Retry-After`, which holds seconds or an HTTP date, in ms from now.
 * Undefined where it says nothing, or nothing that can be read.
 * @param maxMs a server that asks for more is tried again after so long all the same
 */
export function retryAfterMs(header: string | undefined, clock: Clock, maxMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const delayMs = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - clock.nowMs();
  return Number.isFinite(delayMs) ? Math.min(Math.max(0, delayMs), maxMs) : undefined;
}
