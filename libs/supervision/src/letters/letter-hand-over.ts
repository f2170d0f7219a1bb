import { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { LETTER_STATES } from '../api/index.js';
import { handledCounts, heldHandler, type Handled } from '../handlers.js';
import { receiptOfStep, type SupervisionReceipt, type Taker } from '../step-history.js';
import { holdClues, staysAway } from '../stays-away.js';
import { officeNotice } from './letter-notices.js';
import { isLetterSeen, LETTER_COLUMNS, letterSchema, type Letter } from './letter-rows.js';
import { lockLetter, takeLetterStep } from './letter-writes.js';
import { LETTER_STEPS } from './step-table.js';

export const HANDLED_LETTERS: Handled = {
  table: 'supervision_letter',
  overStates: LETTER_STATES.filter((state) => !LETTER_STEPS['hand-over'].from.includes(state)),
  noun: '督办函',
};

/** Letters of somebody who leaves, given to somebody else (移交), wherever they stand. */
export class LetterHandOver {
  constructor(
    private readonly parts: {
      pool: Pool;
      countyClock: Clock;
      calendar: WorkingCalendar;
      outbox: NoticeOutbox;
    },
  ) {}

  /** Letters that the account handles and that are not over, of those that who asks may see. */
  handledBy(reach: Reach, userId: string, limit: number): Promise<readonly Letter[]> {
    return rows(
      this.parts.pool,
      letterSchema,
      `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE l.handler_id = $3 AND l.state <> ALL($4) AND ${isLetterSeen('$1', '$2')}
       ORDER BY l.due_at_ms NULLS LAST, l.id LIMIT $5`,
      [reach.parameter, reach.userId, userId, HANDLED_LETTERS.overStates, limit],
    );
  }

  /** By account: how many letters it handles in the whole county, of which nothing else is told. */
  counts(): Promise<ReadonlyMap<string, number>> {
    return handledCounts(this.parts.pool, HANDLED_LETTERS);
  }

  /**
   * One letter, in a transaction of its own. Throws RefusedError: `not-found`, also for what is out of reach; `invalid` and `conflict` where the
   * receiver may not handle it, or it is not the account's any more.
   * @param record within that transaction: what is handed over is on record, also where the process ends before it has answered
   */
  handOver(
    reach: Reach,
    taker: Taker,
    asked: { letterId: string; fromId: string; toId: string; reason: string },
    record: (client: ClientBase, receipt: SupervisionReceipt) => Promise<void> = async () => undefined,
  ): Promise<SupervisionReceipt> {
    const { letterId, fromId, toId, reason } = asked;
    const { pool, countyClock, calendar, outbox } = this.parts;
    return inTransaction(pool, async (client) => {
      const open = await lockLetter(client, reach, letterId);
      if (open.letter.handlerId !== fromId)
        throw new RefusedError('conflict', '这份督办函已不由原来的人经办，请刷新页面后重新选择。');
      if (fromId === toId) throw new RefusedError('conflict', '这份督办函已由选中的人经办。');
      await this.assertMayHandle(client, open.letter, toId);
      if (await staysAway(client, { kind: 'letter', id: letterId }, taker.id))
        throw new RefusedError('conflict', '您已在这份督办函所依据的线索或复查上回避，须由另一人移交。');
      const step = { step: 'hand-over', fromId, toId, reason } as const;
      const { letter, last } = await takeLetterStep(client, open, { step, taker }, { nowMs: countyClock.nowMs(), calendar });
      // What waits for its handler waits for the receiver from here on.
      if (letter.state === 'answered')
        await outbox.enqueue(client, officeNotice('letter-answered', letter), [{ channel: 'inbox', userId: toId, teamId: null }]);
      const receipt = receiptOfStep(letter.id, last);
      await record(client, receipt);
      return receipt;
    });
  }

  /** By role, within reach and circle, and not withdrawn from what it came from; held so until the transaction has ended. Throws RefusedError. */
  private async assertMayHandle(client: ClientBase, letter: Letter, userId: string): Promise<void> {
    const user = await heldHandler(client, HANDLED_LETTERS, userId);
    await holdClues(client, { kind: 'letter', id: letter.id });
    const reach = Reach.of({ user });
    const sql = `SELECT 1 FROM supervision_letter l WHERE l.id = $3 AND ${isLetterSeen('$1', '$2')}`;
    if ((await execute(client, sql, [reach.parameter, reach.userId, letter.id])) === 0)
      throw new RefusedError('invalid', `这份督办函超出${user.displayName}的管辖或知悉范围，请另选经办人。`);
    if (await staysAway(client, { kind: 'letter', id: letter.id }, userId))
      throw new RefusedError('conflict', '选中的人已在所依据的线索或复查上回避，请另选经办人。');
  }
}
