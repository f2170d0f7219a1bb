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

const countSchema = z.object({ seen: z.int(), known: z.array(z.string()) });

/** What is looked at, and how the audit log calls it. */
export interface Reveal {
  action: AuditAction;
  object: string;
  /** How the audit log calls it where it must not stand among what was done to the object itself; the object is still what is counted. */
  loggedAs?: string;
}

/** A search in personal data, that is on record before anything is looked for. */
interface PersonalSearch {
  asked: Reveal;
  reason: string;
  /** What somebody reads who has none left of the day. */
  atLimit: string;
}

/** Looking at personal data: with a role, with a reason, on record, and not without end. */
export class Reveals {
  /** @param parts.clock the machine's clock: days of people at work */
  constructor(private readonly parts: { pool: Pool; audit: AuditLog; clock: Clock }) {}

  /**
   * Call it before a record is shown. The same record counts once a day, however often it is opened.
   * Throws RefusedError: `forbidden`, `invalid` without a reason, `too-many` beyond {@link MAX_REVEALS_PER_DAY}.
   */
  async permit(actor: Actor, reveal: Reveal & { reason: string | null }): Promise<void> {
    const { audit } = this.parts;
    const { action, object, reason } = reveal;
    await requireAction(audit, actor, 'reveal-personal-data', object);
    if (reason === null) throw new RefusedError('invalid', '查看未遮蔽的个人信息须写明理由');
    if (!(await this.take(actor.user.id, [object])).taken) {
      await audit.record(actor, { action, object, reason, succeeded: false });
      throw new RefusedError(
        'too-many',
        `今天已查看 ${MAX_REVEALS_PER_DAY} 条未遮蔽的记录，达到每人每天的上限。已看过的仍可再看；其余请明天再看，或请其他人员协助`,
      );
    }
    await audit.record(actor, { action, object, reason });
  }

  /**
   * All of them or none: whoever asks for more than is left of the day has used up nothing. Call it when everything else that may refuse has been
   * asked, and before anything is shown. Throws RefusedError as {@link permit}.
   */
  async permitAll(
    actor: Actor,
    { asked, reveals, reason }: { asked: Reveal; reveals: readonly Reveal[]; reason: string },
  ): Promise<void> {
    const { audit } = this.parts;
    await requireAction(audit, actor, 'reveal-personal-data', asked.object);
    const objects = [...new Set(reveals.map(({ object }) => object))];
    const { taken, needed, left } = await this.take(actor.user.id, objects);
    if (!taken) {
      await audit.record(actor, { ...asked, reason, succeeded: false });
      throw new RefusedError(
        'too-many',
        `这里有 ${needed} 条今天没有看过的未遮蔽记录，您今天还可以看 ${left} 条（每人每天 ${MAX_REVEALS_PER_DAY} 条）。没有计入次数；请选择遮蔽，或明天再来`,
      );
    }
    await this.record(actor, reveals, reason);
  }

  /**
   * Call it before anything is looked for. The search costs one look by itself, whatever it finds: so a refusal says nothing of what there is. Name each
   * search by an object of its own. Throws RefusedError: `forbidden`, `too-many`.
   */
  async permitSearch(actor: Actor, { asked, reason, atLimit }: PersonalSearch): Promise<void> {
    const { audit } = this.parts;
    const { action, object, loggedAs = object } = asked;
    await requireAction(audit, actor, 'reveal-personal-data', loggedAs);
    const { taken: succeeded } = await this.take(actor.user.id, [object]);
    await audit.record(actor, { action, object: loggedAs, reason, succeeded });
    if (!succeeded) throw new RefusedError('too-many', atLimit);
  }

  /**
   * What a search has found that was permitted: counted in full, also beyond the limit. Were it refused here, whoever has one look left would read from
   * the refusal that somebody was found.
   */
  async countFound(actor: Actor, { reveals, reason }: { reveals: readonly Reveal[]; reason: string }): Promise<void> {
    await this.take(actor.user.id, [...new Set(reveals.map(({ object }) => object))], Infinity);
    await this.record(actor, reveals, reason);
  }

  private async record(actor: Actor, reveals: readonly Reveal[], reason: string): Promise<void> {
    for (const { action, object, loggedAs = object } of reveals)
      await this.parts.audit.record(actor, { action, object: loggedAs, reason });
  }

  /** Counts under a lock of the person's own: requests at once, to whichever process, cannot pass together. */
  private async take(
    userId: string,
    objects: readonly string[],
    limit = MAX_REVEALS_PER_DAY,
  ): Promise<{ taken: boolean; needed: number; left: number }> {
    const nowMs = this.parts.clock.nowMs();
    return inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, `access_reveal/${userId}`);
      const { seen, known } = await row(
        client,
        countSchema,
        `SELECT count(*)::int AS seen, coalesce(array_agg(object) FILTER (WHERE object = ANY($3)), '{}') AS known
         FROM access_reveal WHERE user_id = $1 AND china_day = $2`,
        [userId, chinaDayOf(nowMs), objects],
      );
      const fresh = objects.filter((object) => !known.includes(object));
      // A search may have found more than was left.
      const left = Math.max(0, limit - seen);
      const taken = fresh.length <= left;
      if (taken && fresh.length > 0)
        await execute(
          client,
          'INSERT INTO access_reveal (user_id, china_day, object, at_ms) SELECT $1, $2, object, $4 FROM unnest($3::text[]) AS object',
          [userId, chinaDayOf(nowMs), fresh, nowMs],
        );
      return { taken, needed: fresh.length, left };
    });
  }
}
