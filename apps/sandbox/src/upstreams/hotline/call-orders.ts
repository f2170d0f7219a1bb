import { HOUR_MS, type EpochMs } from '@tianyan/kernel';
import type { Dice } from '../../world/dice.js';
import { dayNumberOf, startOfDayMs } from '../../world/work-time.js';
import type { CentreCall } from './centre.js';

/** An order that an agent took down while the caller was on the line. */
export interface PhonedOrder {
  orderId: string;
  acceptedAtMs: EpochMs;
}

/** A shorter call is a question that was answered at once. */
const LONG_SECONDS = 120;
export const LEAST_RECORDED = 3;
/** So many long calls without an order for each with one are still usual. */
export const UNRECORDED_TIMES = 3;
/** Of the answered calls the part that leads to an order here at the most: the others stand for a whole county's questions. */
const ORDERS_AMONG_ANSWERED = 1 / 6;

/** Calls that ended with an order end when it was accepted; the others are made as long as the day wants them. */
export function withOrders(
  calls: readonly CentreCall[],
  orders: readonly PhonedOrder[],
  unrecorded: 'few' | 'just-allowed' | 'many',
  dice: Dice,
): CentreCall[] {
  const answered = calls.filter(({ outcome }) => outcome === 'answered');
  // A call that began before midnight would belong to the day before.
  const taken = orders
    .filter(({ acceptedAtMs }) => acceptedAtMs >= startOfDayMs(dayNumberOf(acceptedAtMs)) + HOUR_MS)
    .slice(0, Math.floor(answered.length * ORDERS_AMONG_ANSWERED));
  const longest = unrecorded === 'many' ? answered.length : (unrecorded === 'few' ? 1 : UNRECORDED_TIMES) * taken.length;
  const placeOf = new Map(answered.map((call, place) => [call.id, place]));
  return calls.map((call) => {
    const place = placeOf.get(call.id);
    if (place === undefined) return call;
    const order = taken[place];
    const isLong = place < taken.length + longest;
    const talkSeconds = isLong ? dice.int(LONG_SECONDS, 600) : dice.int(20, LONG_SECONDS - 1);
    const spentMs = (call.waitSeconds + talkSeconds) * 1_000;
    const lagMs = call.publishedAtMs - call.queuedAtMs - (call.waitSeconds + (call.talkSeconds ?? 0)) * 1_000;
    const queuedAtMs = order ? order.acceptedAtMs - spentMs : call.queuedAtMs;
    return { ...call, queuedAtMs, talkSeconds, orderId: order?.orderId ?? null, publishedAtMs: queuedAtMs + spentMs + lagMs };
  });
}

/** How many long calls led to an order, and how many did not. */
export function longCalls(calls: readonly CentreCall[]): { recorded: number; unrecorded: number } {
  const long = calls.filter(({ outcome, talkSeconds }) => outcome === 'answered' && (talkSeconds ?? 0) >= LONG_SECONDS);
  const recorded = long.filter(({ orderId }) => orderId !== null).length;
  return { recorded, unrecorded: long.length - recorded };
}
