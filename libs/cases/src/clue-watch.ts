import { isAllowed, standingDelegations, type User, type UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isShown, setAsideAmong } from '@tianyan/findings';
import { chinaDayOf, DAY_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import type { NoticeOutbox, NoticeRecipient } from '@tianyan/notices';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { clueNotice, expectedOf, handlersOf, leadersOf, sees, seesClue, withDeputies } from './clue-notices.js';
import { CLUE_COLUMNS, clueSchema, type Clue } from './clue-rows.js';
import { lockForPlatform, takeStep, type OpenClue, type StepContext } from './clue-writes.js';
import { soonUntilMs } from './deadlines.js';
import type { HandlingRules } from './handling-rules.js';
import { notWithdrawn } from './recusals.js';

/** Told or changed in one round; the next goes on at once while there is more. */
const MAX_PER_ROUND = 100;

export interface ClueWatchParts {
  pool: Pool;
  countyClock: Clock;
  calendar: WorkingCalendar;
  rules: HandlingRules;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

const idSchema = z.object({ id: z.string() });
const memberSchema = z.object({ finding_id: z.string(), clue_id: z.string(), holds: z.boolean() });
const reboundSchema = z.object({ clue_id: z.string(), finding_id: z.string() });

/**
 * What time and data bring to clues: deadlines that are near or over, findings that the data support no longer or again, problems that
 * come back. It tells people, and decides nothing but that a clue whose problem is back is open again.
 */
export class ClueWatch {
  constructor(private readonly parts: ClueWatchParts) {}

  /** Returns how much there was to do. */
  async round(): Promise<number> {
    const users = await this.parts.users.list();
    const soon = await this.tellDeadlines('clue-due-soon', users);
    const over = await this.tellDeadlines('clue-overdue', users);
    const changed = await this.noteSupport(users);
    const back = await this.reopenRebounded(users);
    const led = await this.keepLed(users);
    return soon + over + changed + back + led;
  }

  /** Each deadline once: a step that brings another begins anew. Over, whoever leads hears of it too. */
  private async tellDeadlines(kind: 'clue-due-soon' | 'clue-overdue', users: readonly User[]): Promise<number> {
    const { pool, outbox, countyClock, calendar, rules } = this.parts;
    const nowMs = countyClock.nowMs();
    const deputies = await standingDelegations(pool, chinaDayOf(nowMs));
    const told = kind === 'clue-overdue' ? 'overdue_told_ms' : 'soon_told_ms';
    const due = kind === 'clue-overdue' ? 'due_at_ms < $1' : 'due_at_ms >= $1 AND due_at_ms <= $2';
    return inTransaction(pool, async (client) => {
      const clues = await rows(
        client,
        clueSchema,
        `UPDATE clue c SET ${told} = due_at_ms WHERE c.id IN (
           SELECT id FROM clue WHERE paused_at_ms IS NULL AND ${due} AND $2::bigint >= $1 AND ${told} IS DISTINCT FROM due_at_ms
           ORDER BY id LIMIT ${MAX_PER_ROUND} FOR UPDATE SKIP LOCKED)
         RETURNING ${CLUE_COLUMNS}`,
        [nowMs, soonUntilMs(nowMs, rules, calendar)],
      );
      const untold: string[] = [];
      for (const clue of clues) {
        const free = await notWithdrawn(client, clue.id, users);
        const leaders = kind === 'clue-overdue' ? leadersOf(clue, free) : [];
        const sees = (user: User) => isAllowed(user.role, 'read-clues') && seesClue(user, clue);
        const recipients = distinct(withDeputies([...expectedOf(clue, free), ...leaders], { users: free, deputies, sees }));
        if (recipients.length === 0) untold.push(clue.id);
        else await outbox.enqueue(client, clueNotice(kind, clue, clue.revision), recipients);
      }
      // All who would be told stay away: whoever comes to lead it is told then, and the deadline has not passed without a word.
      await execute(client, `UPDATE clue SET ${told} = NULL WHERE id = ANY($1)`, [untold]);
      return clues.length - untold.length;
    });
  }

  /**
   * Where no leader in the know can sign in any more, those of the commission are: a clue that nobody may approve, and nobody else sees, would be
   * lost without a word.
   */
  private async keepLed(users: readonly User[]): Promise<number> {
    const leaders = users.filter(({ role }) => isAllowed(role, 'approve-clues'));
    const ids = leaders.map(({ id }) => id);
    if (ids.length === 0) return 0;
    const left = await rows(
      this.parts.pool,
      idSchema,
      `SELECT id FROM clue WHERE circle IS NOT NULL AND NOT circle && $1::text[] AND state NOT IN ('merged', 'cancelled') ORDER BY id LIMIT ${MAX_PER_ROUND}`,
      [ids],
    );
    let led = 0;
    for (const { id } of left)
      await this.inClue(id, async (client, open, context) => {
        const { circleIds, recusedIds } = open.facts;
        if (circleIds === null || circleIds.some((one) => ids.includes(one))) return;
        const able = leaders.filter((user) => sees(user, open.clue) && !recusedIds.includes(user.id)).map((user) => user.id);
        // Where all of them stay away it waits for another leader: in the know they could decide nothing.
        if (able.length === 0) return;
        led += 1;
        await takeStep(client, open, { step: { step: 'widen', userIds: [...circleIds, ...able] }, taker: null }, context);
      });
    return led;
  }

  /** A clue goes on whatever the data say: a person decides. */
  private async noteSupport(users: readonly User[]): Promise<number> {
    const changed = await rows(
      this.parts.pool,
      memberSchema,
      `SELECT m.finding_id, m.clue_id, f.holds FROM clue_finding m JOIN finding f ON f.id = m.finding_id JOIN clue c ON c.id = m.clue_id
       WHERE m.held <> f.holds AND ${isShown('f')} AND c.state NOT IN ('merged', 'cancelled') ORDER BY m.clue_id, m.finding_id LIMIT ${MAX_PER_ROUND}`,
    );
    for (const { finding_id: findingId, clue_id: clueId, holds } of changed) {
      await this.inClue(clueId, async (client, open, context) => {
        const noted = await execute(
          client,
          'UPDATE clue_finding SET held = $3 WHERE finding_id = $1 AND clue_id = $2 AND held <> $3',
          [findingId, clueId, holds],
        );
        // Merged, taken out or noted by another process meanwhile.
        if (noted === 0) return;
        const step = { step: holds ? 'support-regained' : 'support-lost', findingId } as const;
        const after = await takeStep(client, open, { step, taker: null }, context);
        if (holds && this.isWatched(after.clue, context)) return this.reopen(client, after, { findingId, users }, context);
        const notice = clueNotice('clue-data-changed', after.clue, after.clue.revision);
        await this.parts.outbox.enqueue(client, notice, handlersOf(after.clue, await notWithdrawn(client, clueId, users)));
      });
    }
    return changed.length;
  }

  /** Another finding of the same rule about the same thing, of a problem that came about after the closure. */
  private async reopenRebounded(users: readonly User[]): Promise<number> {
    const { pool } = this.parts;
    const back = await rows(
      pool,
      reboundSchema,
      `SELECT DISTINCT ON (c.id) c.id AS clue_id, f.id AS finding_id
       FROM clue c JOIN clue_finding m ON m.clue_id = c.id JOIN finding of_clue ON of_clue.id = m.finding_id
       JOIN finding f ON f.rule_id = of_clue.rule_id AND f.subject_key = of_clue.subject_key AND f.id <> of_clue.id
       WHERE c.state = 'closed' AND c.verdict = 'confirmed' AND f.status = 'open' AND ${isShown('f')} AND f.occurred_at_ms > c.state_since_ms
         AND NOT EXISTS (SELECT FROM clue_finding other WHERE other.finding_id = f.id)
       ORDER BY c.id, f.occurred_at_ms, f.id LIMIT ${MAX_PER_ROUND}`,
    );
    const ids = back.map(({ finding_id: id }) => id);
    const aside = await setAsideAmong(pool, ids);
    let reopened = 0;
    for (const { clue_id: clueId, finding_id: findingId } of back.filter((one) => !aside.has(one.finding_id))) {
      await this.inClue(clueId, async (client, open, context) => {
        if (!this.isWatched(open.clue, context)) return;
        await this.reopen(client, open, { findingId, users }, context);
        reopened++;
      });
    }
    return reopened;
  }

  private isWatched(clue: Clue, { nowMs, rules }: StepContext): boolean {
    const untilMs = watchedUntilMs(clue, rules);
    return untilMs !== null && nowMs <= untilMs;
  }

  private async reopen(
    client: ClientBase,
    open: OpenClue,
    { findingId, users }: { findingId: string; users: readonly User[] },
    context: StepContext,
  ): Promise<void> {
    const free = await notWithdrawn(client, open.clue.id, users);
    const before = handlersOf(open.clue, free);
    const { clue } = await takeStep(client, open, { step: { step: 'rebound', findingId }, taker: null }, context);
    await this.parts.outbox.enqueue(
      client,
      clueNotice('clue-rebounded', clue, clue.revision),
      distinct([...leadersOf(clue, free), ...before]),
    );
  }

  private inClue(
    clueId: string,
    work: (client: ClientBase, open: OpenClue, context: StepContext) => Promise<void>,
  ): Promise<void> {
    const { pool, countyClock, rules, calendar } = this.parts;
    return inTransaction(pool, async (client) =>
      work(client, await lockForPlatform(client, clueId), { nowMs: countyClock.nowMs(), rules, calendar }),
    );
  }
}

/** Until when the same problem opens the clue again; null: it is not closed, or of a problem that there was not. Later it is another. */
export function watchedUntilMs({ state, verdict, stateSinceMs, townships }: Clue, rules: HandlingRules): EpochMs | null {
  return state === 'closed' && verdict === 'confirmed' ? stateSinceMs + rules.reboundDays(townships) * DAY_MS : null;
}

/** Whoever leads may handle it too. */
function distinct(recipients: readonly NoticeRecipient[]): NoticeRecipient[] {
  return [...new Map(recipients.map((one) => [JSON.stringify(one), one])).values()];
}
