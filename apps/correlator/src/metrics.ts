import type { ReconcileResult } from '@tianyan/findings';
import { MINUTE_MS, type EpochMs } from '@tianyan/kernel';

/** Delays kept for the quantiles: a minute of seventy batches a second. */
const RESERVOIR_SIZE = 4_096;
const WINDOW_MS = MINUTE_MS;

/** The delays of the last minute: an hour-old stall must not colour today's figure. */
export class DelayWindow {
  private readonly delays: { atMs: EpochMs; delayMs: number }[] = [];
  private next = 0;

  add(delayMs: number, atMs: EpochMs): void {
    this.delays[this.next] = { atMs, delayMs };
    this.next = (this.next + 1) % RESERVOIR_SIZE;
  }

  /** @param share 0.5 for the median. Null if nothing was measured in the minute before `nowMs`. */
  quantileMs(share: number, nowMs: EpochMs): number | null {
    const recent = this.delays.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    const sorted = recent.map(({ delayMs }) => delayMs).toSorted((a, b) => a - b);
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
  /** Answers that would have changed a finding and wait for a load to land. */
  held = 0;
  /** Answers left out because a newer evaluation had been there. */
  superseded = 0;
  /** Of the last sweep that looked for drift; null before the first. */
  drift: { findings: number; wakeUps: number; sweptAtMs: number } | null = null;
  /** From the moment the stream took a record in to the commit of what it means. */
  readonly delay = new DelayWindow();

  countResult({ evaluatedScopes, superseded, held, events }: ReconcileResult): void {
    this.evaluatedScopes += evaluatedScopes;
    this.superseded += superseded;
    this.held += held;
    for (const count of Object.values(events)) this.changedFindings += count;
  }
}
