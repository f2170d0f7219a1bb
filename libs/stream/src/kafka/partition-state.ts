import type { Messages } from './messages.js';

/** What a member remembers of a partition between two reads. */
export class PartitionState {
  /** A batch whose handler failed in a retriable way; handed out again, unchanged, before anything else. */
  retry: Messages | null = null;
  failures = 0;
  /** Runs while the partition waits for the next attempt; meanwhile it is not read. */
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get isWaiting(): boolean {
    return this.timer !== null;
  }

  wait(delayMs: number, onEnd: () => void): void {
    this.cancel();
    this.timer = setTimeout(() => {
      this.timer = null;
      onEnd();
    }, delayMs);
  }

  succeeded(): void {
    this.retry = null;
    this.failures = 0;
  }

  cancel(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
