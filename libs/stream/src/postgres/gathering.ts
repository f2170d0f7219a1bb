import type { PartitionBuffer } from './partition-buffer.js';

/** How often within one gathering it is looked whether a whole batch has come: looking is a query. */
const LOOKS_PER_GATHERING = 4;

/**
 * Batches that are not full go out at most once in so long, those of all partitions together; see `ConsumerOptions.gatherMs`.
 * The first after a pause goes at once.
 */
export class Gathering {
  /** Batches that are not full wait until then. */
  untilMs = 0;
  private lookAgainMs = 0;
  private going: ReadonlySet<PartitionBuffer> = new Set();

  constructor(private readonly gatherMs: number) {}

  /** The first of those with something to hand out that may go now. When the time is over, all of them may, and it begins anew. */
  first(
    waiting: readonly PartitionBuffer[],
    isFull: (buffer: PartitionBuffer) => boolean,
    nowMs: number,
  ): PartitionBuffer | null {
    if (waiting.length === 0) return null;
    if (nowMs >= this.untilMs) {
      this.going = new Set(waiting);
      this.untilMs = nowMs + this.gatherMs;
    }
    return waiting.find((buffer) => this.going.has(buffer) || buffer.retry !== null || isFull(buffer)) ?? null;
  }

  /** Its batch is handed out: what comes now waits for the next. */
  gone(buffer: PartitionBuffer): void {
    this.going = new Set([...this.going].filter((other) => other !== buffer));
  }

  /** Whether it is worth asking again what has come. */
  looks(nowMs: number): boolean {
    if (nowMs < this.untilMs && nowMs < this.lookAgainMs && this.going.size === 0) return false;
    this.lookAgainMs = nowMs + this.gatherMs / LOOKS_PER_GATHERING;
    return true;
  }
}
