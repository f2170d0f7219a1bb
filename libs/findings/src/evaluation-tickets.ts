import { errorKind, type EpochMs } from '@tianyan/kernel';
import { asPostgresError } from '@tianyan/postgres';
import type pg from 'pg';
import { assertInStep, NO_CLOCK_LIMITS, clockState, WITHIN_LIMITS_SQL, type ClockLimits } from './evaluation-clock.js';

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

/** The persisted evaluation clock: it counts tickets and its `now` never goes back, whichever process asks. */
export class EvaluationTickets {
  constructor(
    private readonly pool: pg.Pool,
    private readonly limits: ClockLimits = NO_CLOCK_LIMITS,
  ) {}

  /**
   * Take it before anything is read. Issue and entry among the evaluations under way are one statement under the clock
   * row's lock: whoever holds a higher ticket can see every lower one. Throws ClockJumpError when the county's time is too far
   * from the clock.
   */
  async take(countyNowMs: EpochMs, epoch: number | null): Promise<EvaluationTicket> {
    const { rows } = await this.pool.query<{ ticket: string; now_ms: string }>(
      `WITH issued AS (UPDATE finding_clock SET ticket = ticket + 1, now_ms = greatest(now_ms, $1) WHERE ${WITHIN_LIMITS_SQL} RETURNING ticket, now_ms)
       INSERT INTO finding_evaluation (ticket, now_ms, epoch) SELECT ticket, now_ms, $4::bigint FROM issued RETURNING ticket, now_ms`,
      [countyNowMs, this.limits.aheadMs, this.limits.behindMs, epoch],
    );
    const row = rows[0];
    if (!row) await this.explainJump(countyNowMs);
    if (!row) throw new Error('the evaluation clock has no row; the migrations of libs/findings have not run');
    return { ticket: Number(row.ticket), nowMs: Number(row.now_ms), epoch };
  }

  /**
   * For an evaluation that failed or found nothing to commit. If PostgreSQL is away, the lease ends it instead: what made
   * the evaluation fail must not be hidden by that.
   */
  async giveUp(ticket: EvaluationTicket): Promise<void> {
    try {
      await this.pool.query('DELETE FROM finding_evaluation WHERE ticket = $1', [ticket.ticket]);
    } catch (error) {
      if (errorKind(asPostgresError(error)) !== 'retriable') throw error;
    }
  }

  private async explainJump(countyNowMs: EpochMs): Promise<void> {
    const evaluationNowMs = await this.nowMs();
    assertInStep(clockState(evaluationNowMs, countyNowMs, this.limits));
  }

  async nowMs(): Promise<EpochMs> {
    const { rows } = await this.pool.query<{ now_ms: string }>('SELECT now_ms FROM finding_clock');
    return Number(rows[0]?.now_ms ?? 0);
  }

  /** Forgets evaluations of dead processes, then markers that no evaluation under way can need. Returns the markers. */
  async cleanUp(): Promise<number> {
    await this.pool.query(`DELETE FROM finding_evaluation WHERE taken_at < now() - make_interval(mins => $1)`, [
      EVALUATION_LEASE_MINUTES,
    ]);
    const { rowCount } = await this.pool.query(
      `DELETE FROM finding_scope WHERE NOT hit AND due_at_ms IS NULL
         AND ticket < coalesce((SELECT min(ticket) FROM finding_evaluation), (SELECT ticket + 1 FROM finding_clock))`,
    );
    return rowCount ?? 0;
  }
}
