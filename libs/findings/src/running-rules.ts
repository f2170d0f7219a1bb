import { RefusedError, sha256Hex } from '@tianyan/kernel';
import type pg from 'pg';
import type { FindingRule } from './ports.js';
import { inTransaction, takeCommitLock } from './transaction.js';

/**
 * The rules of this process, and whether they are those that run. The correlator that started last decides; one that is
 * left over from before a change (a rolling update, a host that was forgotten) must not write any more: it would withdraw
 * what its successor found, or leave out new rules for records whose announcement it takes.
 */
export class RunningRules {
  private readonly ruleIds: readonly string[];
  private readonly fingerprint: string;

  constructor(
    private readonly pool: pg.Pool,
    rules: readonly Pick<FindingRule, 'id' | 'version' | 'fingerprint'>[],
  ) {
    this.ruleIds = rules.map((rule) => rule.id);
    const inOrder = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.fingerprint = sha256Hex(JSON.stringify(inOrder.map((rule) => [rule.id, rule.version, rule.fingerprint])));
  }

  /** Says for all processes that these rules run and no others. To be called once, when a process starts. */
  async declare(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await client.query(
        `INSERT INTO finding_running_rules (fingerprint) VALUES ($1)
         ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint`,
        [this.fingerprint],
      );
      await client.query('DELETE FROM finding_active_rule WHERE rule_id <> ALL($1)', [this.ruleIds]);
      await client.query('DELETE FROM finding_rule WHERE rule_id <> ALL($1)', [this.ruleIds]);
    });
  }

  /**
   * In a transaction that holds the commit lock. Throws RefusedError, which ends the process before it commits, if other
   * rules have been declared since.
   */
  async assertRunning(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{ fingerprint: string }>('SELECT fingerprint FROM finding_running_rules');
    const declared = rows[0]?.fingerprint ?? this.fingerprint;
    if (declared !== this.fingerprint)
      throw new RefusedError(
        'conflict',
        '另一个 correlator 已用另一套规则（或日历）启动，本进程的规则已过期，不再写入。请让所有 correlator 使用同一套规则后重新启动本进程。',
      );
  }
}
