import { chinaDayOf, RefusedError, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, row, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { AuditAction } from './api/index.js';
import type { AuditLog } from './audit-log.js';
import { requireAction } from './permissions.js';
import type { Actor } from './user.js';

/**
 * Records that one person may see uncovered on one day. To verify a few dozen doubts takes fewer; whoever needs more reads
 * in bulk, and that is a leak, whatever the reasons typed.
 */
export const MAX_REVEALS_PER_DAY = 100;

const countSchema = z.object({ seen: z.int(), known: z.boolean() });

/** Looking at personal data: with a role, with a reason, on record, and not without end. */
export class Reveals {
  /** @param parts.clock the machine's clock: days of people at work */
  constructor(private readonly parts: { pool: Pool; audit: AuditLog; clock: Clock }) {}

  /**
   * Call it before a record is shown. The same record counts once a day, however often it is opened.
   * Throws RefusedError: `forbidden`, `invalid` without a reason, `too-many` beyond {@link MAX_REVEALS_PER_DAY}.
   */
  async permit(actor: Actor, reveal: { action: AuditAction; object: string; reason: string | null }): Promise<void> {
    const { audit } = this.parts;
    const { action, object, reason } = reveal;
    await requireAction(audit, actor, 'reveal-personal-data', object);
    if (reason === null) throw new RefusedError('invalid', '查看未遮蔽的个人信息须写明理由');
    if (!(await this.take(actor.user.id, object))) {
      await audit.record(actor, { action, object, reason, succeeded: false });
      throw new RefusedError(
        'too-many',
        `今天已查看 ${MAX_REVEALS_PER_DAY} 条未遮蔽的记录，达到每人每天的上限。已看过的仍可再看；其余请明天再看，或请其他人员协助`,
      );
    }
    await audit.record(actor, { action, object, reason });
  }

  /** Counts under a lock of the person's own: requests at once, to whichever process, cannot pass together. */
  private async take(userId: string, object: string): Promise<boolean> {
    const nowMs = this.parts.clock.nowMs();
    return inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, `access_reveal/${userId}`);
      const { seen, known } = await row(
        client,
        countSchema,
        `SELECT count(*) AS seen, coalesce(bool_or(object = $3), false) AS known FROM access_reveal WHERE user_id = $1 AND china_day = $2`,
        [userId, chinaDayOf(nowMs), object],
      );
      const allowed = known || seen < MAX_REVEALS_PER_DAY;
      if (allowed && !known)
        await execute(client, 'INSERT INTO access_reveal (user_id, china_day, object, at_ms) VALUES ($1, $2, $3, $4)', [
          userId,
          chinaDayOf(nowMs),
          object,
          nowMs,
        ]);
      return allowed;
    });
  }
}
