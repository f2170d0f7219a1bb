import type { StoredAnswers } from './standing-findings.js';
import { countDecisions, type TrialDecision } from './trial-decisions.js';
import type { TrialChanges } from './trial.js';

/** What a rule would find, against what stands. */
export class ComparedHits {
  /** Of each finding that would be new, what people had found out of it before. */
  private readonly gained: TrialDecision[] = [];
  /** What stands and was not found again so far. */
  private readonly lost: Map<string, TrialDecision>;

  constructor(private readonly stored: StoredAnswers) {
    this.lost = new Map(stored.standing);
  }

  /**
   * A hit; true where it would be a new finding.
   * @param isSeen whether whoever asks would see it. What is found elsewhere from now on is not lost; nor is it new to them
   */
  found(scope: string, isSeen: boolean): boolean {
    this.lost.delete(scope);
    if (!isSeen || this.stored.standing.has(scope)) return false;
    this.gained.push(this.stored.others.get(scope) ?? 'open');
    return true;
  }

  result(): Pick<TrialChanges, 'standing' | 'gained' | 'lost'> & { decided: NonNullable<TrialChanges['decided']> } {
    const { standing } = this.stored;
    return {
      standing: standing.size,
      gained: this.gained.length,
      lost: this.lost.size,
      decided: {
        standing: countDecisions(standing.values()),
        gained: countDecisions(this.gained),
        lost: countDecisions(this.lost.values()),
      },
    };
  }

  lostScopes(): Iterable<string> {
    return this.lost.keys();
  }
}
