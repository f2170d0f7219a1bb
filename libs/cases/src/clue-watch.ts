import { isAllowed, standingDelegations, type User, type UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isShown, setAsideAmong } from '@tianyan/findings';
import { chinaDayOf, DAY_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { clueNotice, distinct, handlersOf, leadersOf, sees, seesClue, toldOfDeadline, withDeputies } from './clue-notices.js';
import { CLUE_COLUMNS, clueSchema, type Clue } from './clue-rows.js';
import { tellOrKeep, tellUntold, untoldAfter } from './clue-untold.js';
import { lockForPlatform, takeStep, type OpenClue, type StepContext } from './clue-writes.js';
import { soonUntilMs } from './deadlines.js';
import type { HandlingRules } from './handling-rules.js';
import { notWithdrawn } from './recusals.js';
import { MAX_TOLD_AT_ONCE, tellDeadlines, untilTold, type Reminder } from './telling.js';

/** Changed in one round; the next goes on at once while there is more. */
const MAX_PER_ROUND = 100;

export interface ClueWatchParts {
  pool: Pool;
  countyClock: Clock;
  calendar: WorkingCalendar;
  rules: HandlingRules;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

const CLUES = { table: 'clue', alias: 'c', columns: CLUE_COLUMNS, schema: clueSchema, runs: 'c.paused_at_ms IS NULL' };

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
    const soon = await this.tellDeadlines('due-soon', users);
    const over = await this.tellDeadlines('overdue', users);
    const untold = await this.tellUntold(users);
    const changed = await this.noteSupport(users);
    const back = await this.reopenRebounded(users);
    const led = await this.keepLed(users);
    return soon + over + untold + changed + back + led;
  }

  /** Each deadline once: a step that brings another begins anew. Over, whoever leads hears of it too. */
  private async tellDeadlines(what: Reminder, users: readonly User[]): Promise<number> {
    const { pool, outbox, countyClock, calendar, rules } = this.parts;
    const nowMs = countyClock.nowMs();
    const deputies = await standingDelegations(pool, chinaDayOf(nowMs));
    const when = { what, nowMs, soonMs: soonUntilMs(nowMs, rules, calendar) };
    return tellDeadlines(pool, CLUES, when, async (client, clue) => {
      const free = await notWithdrawn(client, clue.id, users);
      const sees = (user: User) => isAllowed(user.role, 'read-clues') && seesClue(user, clue);
      const recipients = distinct(withDeputies(toldOfDeadline(what, clue, free), { users: free, deputies, sees }));
      await outbox.enqueue(client, clueNotice(`clue-${what}`, clue, clue.revision), recipients);
      return recipients.length > 0;
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

  /** What nobody was left to be told of is told to whoever has come since. */
  private async tellUntold(users: readonly User[]): Promise<number> {
    return untilTold(async (afterId) => {
      const waiting = await untoldAfter(this.parts.pool, afterId);
      let told = 0;
      for (const { clueId, kind } of waiting)
        await this.inClue(clueId, async (client, { clue }) => {
          if (await tellUntold(client, this.parts.outbox, { kind, clue }, users)) told++;
        });
      return { told, lastId: waiting.length < MAX_TOLD_AT_ONCE ? null : (waiting.at(-1)?.clueId ?? null) };
    });
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
        const told = handlersOf(after.clue, await notWithdrawn(client, clueId, users));
        return tellOrKeep(client, this.parts.outbox, { kind: 'clue-data-changed', clue: after.clue }, told);
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
    const told = distinct([...leadersOf(clue, free), ...before]);
    await tellOrKeep(client, this.parts.outbox, { kind: 'clue-rebounded', clue }, told);
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
