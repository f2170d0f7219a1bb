import { RefusedError, sha256Hex } from '@tianyan/kernel';
import type pg from 'pg';
import type { FindingRule } from './ports.js';
import { RulesSwitchedError, switchVersion } from './rule-switches.js';
import { inTransaction, takeCommitLock } from './transaction.js';

/** Which rules a process judges, at which version of the switches. */
export interface ChosenRules {
  version(): number;
  ruleIds(): readonly string[];
}

/**
 * The rules of this process, and whether they are those that run. The correlator that started last decides; one that is
 * left over from before a change (a rolling update, a host that was forgotten) must not write any more: it would withdraw
 * what its successor found, or leave out new rules for records whose announcement it takes.
 */
export class RunningRules {
  private readonly fingerprint: string;
  private readonly chosen: ChosenRules;

  /**
   * @param rules all that this process knows, switched on or not: those of two processes must be the same
   * @param chosen which of them it judges by now; without it all, as before anybody has switched one
   */
  constructor(
    private readonly pool: pg.Pool,
    rules: readonly Pick<FindingRule, 'id' | 'version' | 'fingerprint'>[],
    chosen?: ChosenRules,
  ) {
    const ids = rules.map((rule) => rule.id);
    this.chosen = chosen ?? { version: () => 0, ruleIds: () => ids };
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
      await this.forgetOthers(client);
    });
  }

  /**
   * After people have switched rules: what no longer runs counts as never judged, so that it is swept if it comes back. Throws
   * as {@link assertRunning}.
   */
  async adopt(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await this.assertRunning(client);
      await this.forgetOthers(client);
    });
  }

  /**
   * In a transaction that holds the commit lock. Throws RefusedError, which ends the process before it commits, if other
   * rules have been declared since; {@link RulesSwitchedError} if a person has switched some since.
   */
  async assertRunning(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{ fingerprint: string }>('SELECT fingerprint FROM finding_running_rules');
    const declared = rows[0]?.fingerprint ?? this.fingerprint;
    if (declared !== this.fingerprint)
      throw new RefusedError(
        'conflict',
        '另一个 correlator 已用另一套规则（或日历）启动，本进程的规则已过期，不再写入。请让所有 correlator 使用同一套规则后重新启动本进程。',
      );
    const version = await switchVersion(client);
    if (version !== this.chosen.version())
      throw new RulesSwitchedError(`rules were switched: version ${version}, judged by ${this.chosen.version()}`);
  }

  private async forgetOthers(client: pg.ClientBase): Promise<void> {
    const ids = this.chosen.ruleIds();
    await client.query('DELETE FROM finding_active_rule WHERE rule_id <> ALL($1)', [ids]);
    await client.query('DELETE FROM finding_rule WHERE rule_id <> ALL($1)', [ids]);
  }
}
