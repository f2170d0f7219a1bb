import type { Reach } from '@tianyan/access';
import { inTransaction, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { OVER_STATES } from './api/index.js';
import { assertMayHandle } from './clue-handlers.js';
import { clueNotice } from './clue-notices.js';
import { CLUE_COLUMNS, clueSchema, isSeen, type Clue } from './clue-rows.js';
import { found, lockClues, takeStep, type Taker } from './clue-writes.js';
import { receiptOf, type ClueParts } from './clues.js';
import { UNSIGNED, type StepReceipt } from './sent-once.js';

const countSchema = z.object({ count: z.int() });

/** Clues of somebody who leaves, given to somebody else (移交), whatever they wait for. */
export class ClueHandOver {
  constructor(private readonly parts: Pick<ClueParts, 'pool' | 'countyClock' | 'calendar' | 'rules' | 'outbox'>) {}

  /** Clues that the account handles and that are not over, of those that who asks may see. */
  handledBy(reach: Reach, userId: string, limit: number): Promise<readonly Clue[]> {
    return rows(
      this.parts.pool,
      clueSchema,
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.assignee_id = $3 AND c.state <> ALL($4) AND ${isSeen('$1', '$2')}
       ORDER BY c.due_at_ms NULLS LAST, c.id LIMIT $5`,
      [reach.parameter, reach.userId, userId, OVER_STATES, limit],
    );
  }

  /**
   * One clue, in a transaction of its own: what cannot go must not hold back the others. Throws RefusedError: `not-found`, also for what is out of
   * reach; `invalid` and `conflict` where the receiver may not handle it, or it is not the account's any more.
   * @param record within that transaction: what is handed over is on record, also where the process ends before it has answered
   */
  async handOver(
    reach: Reach,
    taker: NonNullable<Taker>,
    asked: { clueId: string; fromId: string; toId: string; reason: string },
    record: (client: ClientBase, receipt: StepReceipt) => Promise<void> = UNSIGNED.record,
  ): Promise<StepReceipt> {
    const { clueId, fromId, toId, reason } = asked;
    const { pool, outbox, countyClock, rules, calendar } = this.parts;
    return inTransaction(pool, async (client) => {
      const open = found(await lockClues(client, reach, [clueId]), clueId);
      await assertMayHandle(client, { clue: open.clue, userId: toId });
      const step = { step: 'hand-over', fromId, assigneeId: toId, reason } as const;
      const after = await takeStep(client, open, { step, taker }, { nowMs: countyClock.nowMs(), rules, calendar });
      await outbox.enqueue(client, clueNotice('clue-assigned', after.clue, after.clue.revision), [
        { channel: 'inbox', userId: toId, teamId: null },
      ]);
      const receipt = receiptOf(after);
      await record(client, receipt);
      return receipt;
    });
  }
}

/** How many clues the account handles in the whole county, of which nothing else is told. */
export async function countHandledClues(db: Queryable, userId: string): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM clue WHERE assignee_id = $1 AND state <> ALL($2)';
  return (await row(db, countSchema, sql, [userId, OVER_STATES])).count;
}
