import type pg from 'pg';
import type { EvaluationGroup } from './ports.js';
import type { RunningRules } from './running-rules.js';
import { inTransaction, takeCommitLock } from './transaction.js';

/**
 * Remembers with which rules the stored answers were made. A rule whose text, parameters or calendar changed says
 * something else of old records, which no landed batch will ever touch: it must be swept.
 */
export class RuleRegistry {
  constructor(
    private readonly pool: pg.Pool,
    private readonly running: RunningRules,
  ) {}

  /** Groups with a rule that is new or not what it was; all their answers may be outdated. */
  async changed(groups: readonly EvaluationGroup[]): Promise<readonly EvaluationGroup[]> {
    const known = await this.known();
    return groups.filter((group) => !isUnchanged(group, known));
  }

  /** To be called after the sweep: a crash in between repeats it. Throws as {@link activate}. */
  async remember(groups: readonly EvaluationGroup[]): Promise<void> {
    await this.write('finding_rule', groups);
  }

  /**
   * Lets live work judge these groups, in every process; to be called before their first sweep. Throws RefusedError where
   * other rules run by now, RulesSwitchedError where some were switched: one of the groups may be off.
   */
  async activate(groups: readonly EvaluationGroup[]): Promise<void> {
    await this.write('finding_active_rule', groups);
  }

  private async write(table: 'finding_rule' | 'finding_active_rule', groups: readonly EvaluationGroup[]): Promise<void> {
    const rules = groups.flatMap((group) => group.rules);
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await this.running.assertRunning(client);
      await client.query(
        `INSERT INTO ${table} (rule_id, version, fingerprint) SELECT * FROM unnest($1::text[], $2::integer[], $3::text[])
         ON CONFLICT (rule_id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint`,
        [rules.map((rule) => rule.id), rules.map((rule) => rule.version), rules.map((rule) => rule.fingerprint)],
      );
    });
  }

  /** Those of the groups that live work judges, as they are. */
  async active(groups: readonly EvaluationGroup[]): Promise<readonly EvaluationGroup[]> {
    const { rows } = await this.pool.query<KnownRule>('SELECT rule_id, version, fingerprint FROM finding_active_rule');
    return groups.filter((group) => isUnchanged(group, rows));
  }

  private async known(): Promise<KnownRule[]> {
    const { rows } = await this.pool.query<KnownRule>('SELECT rule_id, version, fingerprint FROM finding_rule');
    return rows;
  }
}

interface KnownRule {
  rule_id: string;
  version: number;
  fingerprint: string;
}

function isUnchanged(group: EvaluationGroup, known: readonly KnownRule[]): boolean {
  const byId = new Map(known.map((row) => [row.rule_id, row]));
  return group.rules.every((rule) => {
    const row = byId.get(rule.id);
    return row?.version === rule.version && row.fingerprint === rule.fingerprint;
  });
}
