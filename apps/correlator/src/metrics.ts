/** Delays kept for the quantiles: enough that p99 rests on forty of them. */
const RESERVOIR_SIZE = 4_096;

/** The last delays; a bounded window instead of all, because an hour-old stall must not colour today's figure. */
export class DelayWindow {
  private readonly delaysMs: number[] = [];
  private next = 0;

  add(delayMs: number): void {
    this.delaysMs[this.next] = delayMs;
    this.next = (this.next + 1) % RESERVOIR_SIZE;
  }

  /** @param share 0.5 for the median. Null while nothing has been measured. */
  quantileMs(share: number): number | null {
    if (this.delaysMs.length === 0) return null;
    const sorted = this.delaysMs.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  }
}

/** What the correlator counts since its start. */
export class CorrelatorMetrics {
  landedBatches = 0;
  landedRecords = 0;
  evaluatedScopes = 0;
  wakeUps = 0;
  /** Findings opened, reopened, changed or withdrawn. */
  changedFindings = 0;
  /** Answers left out because a newer evaluation had been there. */
  superseded = 0;
  /** Of the last sweep that looked for drift; null before the first. */
  drift: { findings: number; wakeUps: number; sweptAtMs: number } | null = null;
  /** From the moment the stream took a record in to the commit of what it means. */
  readonly delay = new DelayWindow();
}
