import type { ReconcileResult } from '@tianyan/findings';
import { Histogram } from 'prom-client';

/**
 * Upper bounds. Dense around the two seconds that are promised for 99 of 100 records, with that bound itself among them: whether
 * it is kept is then exact and no estimate. What takes more than five minutes is a stall, however long.
 */
const DELAY_BUCKETS_MS = [
  50, 100, 200, 300, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000, 2_500, 3_000, 5_000, 10_000, 30_000, 60_000, 300_000,
];

/** What the correlator counts since its start. */
export class CorrelatorMetrics {
  landedBatches = 0;
  landedRecords = 0;
  evaluatedScopes = 0;
  wakeUps = 0;
  /** Answers of rules in scopes of a period that is over, judged after late records. */
  lateScopes = 0;
  /** Since when the longest waiting late scope waited at the last look (machine clock); null: none did. */
  lateSinceMs: number | null = null;
  /** Findings opened, reopened, changed or withdrawn. */
  changedFindings = 0;
  /** Answers that would have changed a finding and wait for a load to land. */
  held = 0;
  /** Answers left out because a newer evaluation had been there. */
  superseded = 0;
  /** Rounds of watches that failed; each has stored nothing and looks again. */
  failedWatches = 0;
  /** Of the last sweep that looked for drift; null before the first. */
  drift: { findings: number; wakeUps: number; sweptAtMs: number } | null = null;
  /** From the moment the stream took a record in to the commit of what it means. */
  readonly delay = new Histogram({
    name: 'tianyan_correlator_delay_ms',
    help: 'Delay from accepted record to stored findings, of each announced batch.',
    buckets: DELAY_BUCKETS_MS,
    registers: [],
  });
  /** From the commit that put a late scope off to that of what it means. */
  readonly lateDelay = new Histogram({
    name: 'tianyan_correlator_late_delay_ms',
    help: 'How long scopes of a period that is over waited to be judged after a late record.',
    buckets: DELAY_BUCKETS_MS,
    registers: [],
  });

  countResult({ evaluatedScopes, superseded, held, events }: ReconcileResult): void {
    this.evaluatedScopes += evaluatedScopes;
    this.superseded += superseded;
    this.held += held;
    for (const count of Object.values(events)) this.changedFindings += count;
  }
}
