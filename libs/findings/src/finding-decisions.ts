import type { Clock, IdSource } from '@tianyan/kernel';
import type pg from 'pg';
import type { FindingDetail } from './model.js';

/** `reopen` takes a decision back: the finding is open or withdrawn again, as the data say. */
export type Decision = 'dismiss' | 'promote' | 'reopen';

/** What people decide about findings. */
export class FindingDecisions {
  constructor(private readonly input: { pool: pg.Pool; ids: IdSource; countyClock: Clock }) {}

  /**
   * Throws RefusedError: `not-found`; `conflict` when the decision does not fit the status (dismissing twice, reopening
   * what nobody decided); `invalid` for a dismissal or a reopening without a reason.
   */
  async decide(request: { findingId: string; decision: Decision; actor: string; reason: string | null }): Promise<FindingDetail> {
    throw new Error(`not written yet: ${JSON.stringify([request, this.input.ids])}`);
  }
}
