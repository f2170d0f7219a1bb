import type { ClaimedDelivery } from './delivery-queue.js';

/** What came of an attempt. */
export type SendOutcome =
  | { kind: 'delivered' }
  /** Another attempt makes sense; `afterMs`: the receiver wants to be left alone for so long. The reason is Chinese, without secrets. */
  | { kind: 'again'; reason: string; afterMs?: number | undefined }
  /** No attempt will ever succeed before a person changes something: a dead letter at once. */
  | { kind: 'final'; reason: string }
  /** Nothing was sent: the receiver takes no more just now. Does not count as an attempt. */
  | {
      kind: 'held';
      afterMs: number;
      /** Where a person has to do something before anything is sent: Chinese, without secrets. */
      reason?: string;
    };

/**
 * A way out of the platform. Whoever implements it says what came of the attempt in bounded time, far below the lease of a
 * delivery; throws only for what it does not know. The same delivery may be sent twice: where the receiver can drop what it
 * has, it is given the {@link idempotencyKey}.
 */
export interface Channel {
  send(delivery: ClaimedDelivery): Promise<SendOutcome>;
}
