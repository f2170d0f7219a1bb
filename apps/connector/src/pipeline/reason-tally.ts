import type { RefusedRow } from '../quarantine/quarantine-store.js';

/** Kinds of mistakes told apart in one run; a file with more has one mistake: the wrong mapping. */
const MAX_REASONS = 200;
/** Kinds of mistakes that a summary names. */
const SHOWN_REASONS = 20;

/** Counts which mistakes a run has met, by field and reason without the text that was wrong. */
export class ReasonTally {
  private readonly counts = new Map<string, number>();

  note(row: Pick<RefusedRow, 'reason'>): void {
    const reason = row.reason.replaceAll(/（原文：[^]*?）(?=；|$)/g, '');
    if (this.counts.size < MAX_REASONS || this.counts.has(reason)) this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  mostFrequent(): { reason: string; count: number }[] {
    const tallied = [...this.counts].map(([reason, count]) => ({ reason, count }));
    return tallied.toSorted((a, b) => b.count - a.count).slice(0, SHOWN_REASONS);
  }
}
