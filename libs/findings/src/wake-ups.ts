import type { EpochMs } from '@tianyan/kernel';
import { row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/** Scopes taken per round: one call's worth of a group, so that a crowd of deadlines at midnight does not hold up live batches. */
export const WAKE_UPS_PER_ROUND = 5_000;

const nextSchema = z.object({ due_at_ms: z.int().nullable() });
const dueSchema = z.object({ rule_id: z.string(), scope: z.string(), due_at_ms: z.int() });

/** The stored instants at which answers can change without a new record. */
export class WakeUps {
  constructor(private readonly pool: Pool) {}

  /** The earliest of them; null if there is none. */
  async nextMs(): Promise<EpochMs | null> {
    return (await row(this.pool, nextSchema, 'SELECT min(due_at_ms) AS due_at_ms FROM finding_scope')).due_at_ms;
  }

  /**
   * Scopes of these rules due at `nowMs`, the longest overdue first, by rule; at most {@link WAKE_UPS_PER_ROUND}. Those
   * that were found to wait for a load are due when it has landed.
   */
  async due(nowMs: EpochMs, ruleIds: readonly string[]): Promise<readonly { ruleId: string; scope: string; dueAtMs: EpochMs }[]> {
    const due = await rows(
      this.pool,
      dueSchema,
      `SELECT rule_id, scope, due_at_ms FROM finding_scope s WHERE due_at_ms <= $1 AND rule_id = ANY($2) AND NOT EXISTS (
         SELECT 1 FROM finding_held_wake_up h JOIN finding_load l ON l.id = h.load_id
         WHERE h.rule_id = s.rule_id AND h.scope = s.scope AND l.closed_ticket IS NULL)
       ORDER BY due_at_ms LIMIT $3`,
      [nowMs, ruleIds, WAKE_UPS_PER_ROUND],
    );
    return due.map(({ rule_id: ruleId, scope, due_at_ms: dueAtMs }) => ({ ruleId, scope, dueAtMs }));
  }
}
