import type { RefusedRow } from '../quarantine/refused-row.js';

/** One kind of mistake. */
export interface TalliedReason {
  /** Chinese; without the text that was wrong. */
  reason: string;
  count: number;
  /** The first rows that show it, counted from 1 without header and empty rows. */
  firstRows: number[];
}

/** Kinds of mistakes told apart in one run; a file with more has one mistake: the wrong mapping. */
const MAX_REASONS = 200;
/** Kinds of mistakes that a summary names. */
const SHOWN_REASONS = 20;
/** Rows named per kind: enough to see a pattern. */
const SHOWN_ROWS = 5;

/** Counts which mistakes a run has met, by field and reason. */
export class ReasonTally {
  private readonly tallied = new Map<string, TalliedReason>();

  /** @param place of the row in the run, from 1 */
  note({ reason }: Pick<RefusedRow, 'reason'>, place: number): void {
    const known = this.tallied.get(reason);
    if (known) {
      known.count++;
      if (known.firstRows.length < SHOWN_ROWS && known.firstRows.at(-1) !== place) known.firstRows.push(place);
    } else if (this.tallied.size < MAX_REASONS) this.tallied.set(reason, { reason, count: 1, firstRows: [place] });
  }

  mostFrequent(): TalliedReason[] {
    return [...this.tallied.values()].toSorted((a, b) => b.count - a.count).slice(0, SHOWN_REASONS);
  }
}
