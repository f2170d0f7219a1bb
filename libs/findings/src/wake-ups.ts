import type { EpochMs } from '@tianyan/kernel';
import type pg from 'pg';

/** Scopes taken per round: one call's worth of a group, so that a crowd of deadlines at midnight does not hold up live batches. */
export const WAKE_UPS_PER_ROUND = 5_000;

/** The stored instants at which answers can change without a new record. */
export class WakeUps {
  constructor(private readonly pool: pg.Pool) {}

  /** The earliest of them; null if there is none. */
  async nextMs(): Promise<EpochMs | null> {
    const { rows } = await this.pool.query<{ due_at_ms: string | null }>('SELECT min(due_at_ms) AS due_at_ms FROM finding_scope');
    const dueAtMs = rows[0]?.due_at_ms ?? null;
    return dueAtMs === null ? null : Number(dueAtMs);
  }

  /**
   * Scopes of these rules due at `nowMs`, the longest overdue first, by rule; at most {@link WAKE_UPS_PER_ROUND}. Those
   * that were found to wait for a load are due when it has landed.
   */
  async due(nowMs: EpochMs, ruleIds: readonly string[]): Promise<readonly { ruleId: string; scope: string; dueAtMs: EpochMs }[]> {
    const { rows } = await this.pool.query<{ rule_id: string; scope: string; due_at_ms: string }>(
      `SELECT rule_id, scope, due_at_ms FROM finding_scope s WHERE due_at_ms <= $1 AND rule_id = ANY($2) AND NOT EXISTS (
         SELECT 1 FROM finding_held_wake_up h JOIN finding_load l ON l.id = h.load_id
         WHERE h.rule_id = s.rule_id AND h.scope = s.scope AND l.closed_ticket IS NULL)
       ORDER BY due_at_ms LIMIT $3`,
      [nowMs, ruleIds, WAKE_UPS_PER_ROUND],
    );
    return rows.map((row) => ({ ruleId: row.rule_id, scope: row.scope, dueAtMs: Number(row.due_at_ms) }));
  }
}
