import { errorKind, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import {
  assertInStep,
  clockState,
  readEvaluationNowMs,
  NO_CLOCK_LIMITS,
  WITHIN_LIMITS_SQL,
  type ClockLimits,
} from './evaluation-clock.js';

/** The right to evaluate once: what `now` is, and how new the answer will be against others. */
export interface EvaluationTicket {
  /** An evaluation reads after its ticket was issued, so a higher ticket saw at least what a lower one saw. */
  ticket: number;
  nowMs: EpochMs;
  /** Of the rules that are judged: the answer is stored in no other epoch. Null: they belong to no set. */
  epoch: number | null;
}

/**
 * An evaluation that has not committed after so long is given up for dead and its commit refused. Longer than any query
 * may run; short enough that the markers it keeps alive stay few.
 */
export const EVALUATION_LEASE_MINUTES = 15;

const issuedSchema = z.object({ ticket: z.int(), now_ms: z.int() });

/** The persisted evaluation clock: it counts tickets and its `now` never goes back, whichever process asks. */
export class EvaluationTickets {
  constructor(
    private readonly pool: Pool,
    private readonly limits: ClockLimits = NO_CLOCK_LIMITS,
  ) {}

  /**
   * Take it before anything is read. Issue and entry among the evaluations under way are one statement under the clock
   * row's lock: whoever holds a higher ticket can see every lower one. Throws ClockJumpError when the county's time is too far
   * from the clock.
   */
  async take(countyNowMs: EpochMs, epoch: number | null): Promise<EvaluationTicket> {
    const issued = await maybeRow(
      this.pool,
      issuedSchema,
      `WITH issued AS (UPDATE finding_clock SET ticket = ticket + 1, now_ms = greatest(now_ms, $1) WHERE ${WITHIN_LIMITS_SQL} RETURNING ticket, now_ms)
       INSERT INTO finding_evaluation (ticket, now_ms, epoch) SELECT ticket, now_ms, $4::bigint FROM issued RETURNING ticket, now_ms`,
      [countyNowMs, this.limits.aheadMs, this.limits.behindMs, epoch],
    );
    if (!issued) await this.explainJump(countyNowMs);
    if (!issued) throw new Error('the evaluation clock has no row; the migrations of libs/findings have not run');
    return { ticket: issued.ticket, nowMs: issued.now_ms, epoch };
  }

  /**
   * For an evaluation that failed or found nothing to commit. If PostgreSQL is away, the lease ends it instead: what made
   * the evaluation fail must not be hidden by that.
   */
  async giveUp(ticket: EvaluationTicket): Promise<void> {
    try {
      await execute(this.pool, 'DELETE FROM finding_evaluation WHERE ticket = $1', [ticket.ticket]);
    } catch (error) {
      if (errorKind(error) !== 'retriable') throw error;
    }
  }

  private async explainJump(countyNowMs: EpochMs): Promise<void> {
    assertInStep(clockState(await this.nowMs(), countyNowMs, this.limits));
  }

  /** The `now` that a ticket would have: the clock may be ahead of this process's. */
  async nextNowMs(countyNowMs: EpochMs): Promise<EpochMs> {
    return Math.max(await this.nowMs(), countyNowMs);
  }

  async nowMs(): Promise<EpochMs> {
    return readEvaluationNowMs(this.pool);
  }

  /** Forgets evaluations of dead processes, then markers that no evaluation under way can need. Returns the markers. */
  async cleanUp(): Promise<number> {
    await execute(this.pool, `DELETE FROM finding_evaluation WHERE taken_at < now() - make_interval(mins => $1)`, [
      EVALUATION_LEASE_MINUTES,
    ]);
    return execute(
      this.pool,
      `DELETE FROM finding_scope WHERE NOT hit AND due_at_ms IS NULL
         AND ticket < coalesce((SELECT min(ticket) FROM finding_evaluation), (SELECT ticket + 1 FROM finding_clock))`,
    );
  }
}
