import { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { CIRCULAR_STATES } from '../api/circular-words.js';
import { handledCounts, heldHandler, type Handled } from '../handlers.js';
import { holdClues, staysAway } from '../stays-away.js';
import type { SupervisionReceipt, Taker } from '../step-history.js';
import { CIRCULAR_STEPS } from './circular-facts.js';
import { circularNotice } from './circular-notices.js';
import { areOriginsSeen, CIRCULAR_COLUMNS, circularSchema, type Circular } from './circular-rows.js';
import { lockCircular, receiptOf, takeCircularStep } from './circular-writes.js';

const countSchema = z.object({ count: z.int() });

export const HANDLED_CIRCULARS: Handled = {
  table: 'supervision_circular',
  overStates: CIRCULAR_STATES.filter((state) => !CIRCULAR_STEPS['hand-over'].from.includes(state)),
  noun: '通报',
};

/** Circulars of somebody who leaves, given to somebody else (移交): drafts to mend, and what units report to check. */
export class CircularHandOver {
  constructor(
    private readonly parts: {
      pool: Pool;
      countyClock: Clock;
      calendar: WorkingCalendar;
      outbox: NoticeOutbox;
    },
  ) {}

  /** Circulars that the account handles and that are not over, of those whose origins who asks sees. */
  handledBy(reach: Reach, userId: string, limit: number): Promise<readonly Circular[]> {
    return rows(
      this.parts.pool,
      circularSchema,
      `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE k.handler_id = $3 AND k.state <> ALL($4) AND ${areOriginsSeen('$1', '$2')}
       ORDER BY k.due_at_ms NULLS LAST, k.id LIMIT $5`,
      [reach.parameter, reach.userId, userId, HANDLED_CIRCULARS.overStates, limit],
    );
  }

  /** By account: how many circulars it handles in the whole county, of which nothing else is told. */
  counts(): Promise<ReadonlyMap<string, number>> {
    return handledCounts(this.parts.pool, HANDLED_CIRCULARS);
  }

  /**
   * One circular, in a transaction of its own. Throws RefusedError: `not-found`, also for what is out of reach; `invalid` and `conflict` where the
   * receiver may not handle it, or it is not the account's any more.
   * @param record within that transaction: what is handed over is on record, also where the process ends before it has answered
   */
  handOver(
    reach: Reach,
    taker: Taker,
    asked: { circularId: string; fromId: string; toId: string; reason: string },
    record: (client: ClientBase, receipt: SupervisionReceipt) => Promise<void> = async () => undefined,
  ): Promise<SupervisionReceipt> {
    const { circularId, fromId, toId, reason } = asked;
    const { pool, countyClock, calendar, outbox } = this.parts;
    return inTransaction(pool, async (client) => {
      const open = await lockCircular(client, reach, circularId);
      if (open.circular.handlerId !== fromId)
        throw new RefusedError('conflict', '这份通报已不由原来的人经办，请刷新页面后重新选择。');
      if (fromId === toId) throw new RefusedError('conflict', '这份通报已由选中的人经办。');
      await this.assertMayHandle(client, circularId, toId);
      if (await staysAway(client, { kind: 'circular', id: circularId }, taker.id))
        throw new RefusedError('conflict', '您已在这份通报所依据的线索或复查上回避，须由另一人移交。');
      const step = { step: 'hand-over', fromId, toId, reason } as const;
      const after = await takeCircularStep(client, open, { step, taker }, { nowMs: countyClock.nowMs(), calendar });
      // What waits for its handler waits for the receiver from here on.
      if (await waitsToBeChecked(client, circularId))
        await outbox.enqueue(client, circularNotice('circular-reported', after.circular), [
          { channel: 'inbox', userId: toId, teamId: null },
        ]);
      const receipt = receiptOf(after);
      await record(client, receipt);
      return receipt;
    });
  }

  /** By role, within reach and circle of all origins, and not withdrawn from a clue that it came from; held so until the transaction has ended. Throws RefusedError. */
  private async assertMayHandle(client: ClientBase, circularId: string, userId: string): Promise<void> {
    const user = await heldHandler(client, HANDLED_CIRCULARS, userId);
    await holdClues(client, { kind: 'circular', id: circularId });
    const reach = Reach.of({ user });
    const sql = `SELECT 1 FROM supervision_circular k WHERE k.id = $3 AND ${areOriginsSeen('$1', '$2')}`;
    if ((await execute(client, sql, [reach.parameter, reach.userId, circularId])) === 0)
      throw new RefusedError('invalid', `这份通报的来源超出${user.displayName}的管辖或知悉范围，请另选经办人。`);
    if (await staysAway(client, { kind: 'circular', id: circularId }, userId))
      throw new RefusedError('conflict', '选中的人已在所依据的线索或复查上回避，请另选经办人。');
  }
}

async function waitsToBeChecked(client: ClientBase, circularId: string): Promise<boolean> {
  const sql = `SELECT count(*)::int AS count FROM supervision_improvement WHERE circular_id = $1 AND state = 'reported'`;
  return (await row(client, countSchema, sql, [circularId])).count > 0;
}
