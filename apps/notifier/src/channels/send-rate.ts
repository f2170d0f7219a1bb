import type { Clock, EpochMs } from '@tianyan/kernel';

/** So many in any span of so long. */
export interface RateLimit {
  count: number;
  perMs: number;
}

/**
 * How often each receiver is called, so that it need not refuse: some shut whoever asks too often out for ten minutes. Of this process
 * alone; where several send, the refusal of the receiver itself says the rest, and is kept here too.
 */
export class SendRate {
  private readonly sentAtMs = new Map<string, EpochMs[]>();
  private readonly shutUntilMs = new Map<string, EpochMs>();

  constructor(
    private readonly limits: readonly RateLimit[],
    private readonly clock: Clock,
  ) {}

  /** Takes a place. Returns 0, or in how many ms there may be one. */
  take(receiver: string): number {
    const nowMs = this.clock.nowMs();
    const shutMs = (this.shutUntilMs.get(receiver) ?? 0) - nowMs;
    if (shutMs > 0) return shutMs;
    const longestMs = Math.max(...this.limits.map(({ perMs }) => perMs));
    const sent = (this.sentAtMs.get(receiver) ?? []).filter((atMs) => nowMs - atMs < longestMs);
    this.sentAtMs.set(receiver, sent);
    const waitMs = Math.max(0, ...this.limits.map((limit) => waitFor(limit, sent, nowMs)));
    if (waitMs === 0) sent.push(nowMs);
    return waitMs;
  }

  /** The place taken last was not used. */
  giveBack(receiver: string): void {
    this.sentAtMs.get(receiver)?.pop();
  }

  /** The receiver has said that it takes nothing for so long. */
  shut(receiver: string, forMs: number): void {
    this.shutUntilMs.set(receiver, this.clock.nowMs() + forMs);
  }
}

/** Until the oldest of the last `count` has left the span. */
function waitFor({ count, perMs }: RateLimit, sent: readonly EpochMs[], nowMs: EpochMs): number {
  const oldest = sent.at(-count);
  return oldest === undefined ? 0 : Math.max(0, oldest + perMs - nowMs);
}
