import { RefusedError } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import { currentEpoch, OtherEpochError } from './epoch.js';

const engineSchema = z.object({ fingerprint: z.string() });

/**
 * Whether what a process judges is what counts: the newest set of rules, judged in the way of the process that started last. One
 * that is left over from before a change (a rolling update, a host that was forgotten) and has another calendar or language
 * must not write any more: it would withdraw what its successor found.
 */
export class RunningRules {
  /** @param engine changes with whatever decides how a rule is judged beside its text: the calendar, the version of the language */
  constructor(
    private readonly pool: Pool,
    private readonly engine: string,
  ) {}

  /** Says for all processes that rules are judged in this way and no other. To be called once, when a process starts. */
  async declare(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await execute(
        client,
        `INSERT INTO finding_rule_engine (fingerprint) VALUES ($1)
         ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint`,
        [this.engine],
      );
    });
  }

  /**
   * Before this process judges by a set: what is not in it counts as never judged, so that it is swept if it comes back. A process
   * that judged by it first could leave such a rule out of account and nobody would know. Throws as {@link assertRunning}.
   */
  async adopt(epoch: number, ruleIds: readonly string[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await this.assertRunning(client, epoch);
      await execute(client, 'DELETE FROM finding_active_rule WHERE rule_id <> ALL($1)', [ruleIds]);
      await execute(client, 'DELETE FROM finding_rule WHERE rule_id <> ALL($1)', [ruleIds]);
      await execute(client, 'DELETE FROM finding_late_scope WHERE rule_id <> ALL($1)', [ruleIds]);
      await execute(client, 'DELETE FROM finding_touched_cohort WHERE rule_id <> ALL($1)', [ruleIds]);
    });
  }

  /**
   * In a transaction that holds the commit lock. Throws RefusedError, which ends the process before it commits, if another way
   * of judging has been declared since; {@link OtherEpochError} if a newer set counts.
   * @param epoch of the rules that were judged; null: they belong to no set
   */
  async assertRunning(client: ClientBase, epoch: number | null): Promise<void> {
    const declared = await maybeRow(client, engineSchema, 'SELECT fingerprint FROM finding_rule_engine');
    if (declared !== null && declared.fingerprint !== this.engine)
      throw new RefusedError(
        'conflict',
        '另一个 correlator 已用另一个版本的程序或另一份日历启动，本进程已过期，不再写入。请让所有 correlator 使用同一版本、同一份日历后重新启动本进程。',
      );
    const newest = await currentEpoch(client);
    if (epoch !== null && epoch !== newest) throw new OtherEpochError(`rules of epoch ${newest} are judged, not of ${epoch}`);
  }
}
