import type pg from 'pg';
import type { EvaluationGroup, FindingRule } from './ports.js';

/**
 * Remembers with which rules the stored answers were made. A rule whose text, parameters or calendar changed says
 * something else of old records, which no landed batch will ever touch: it must be swept.
 */
export class RuleRegistry {
  constructor(private readonly pool: pg.Pool) {}

  /** Groups with a rule that is new or not what it was; all their answers may be outdated. */
  async changed(groups: readonly EvaluationGroup[]): Promise<readonly EvaluationGroup[]> {
    const known = new Map((await this.known()).map((row) => [row.rule_id, row]));
    const unchanged = (rule: FindingRule): boolean => {
      const row = known.get(rule.id);
      return row?.version === rule.version && row.fingerprint === rule.fingerprint;
    };
    return groups.filter((group) => !group.rules.every(unchanged));
  }

  /** To be called after the sweep: a crash in between repeats it. */
  async remember(groups: readonly EvaluationGroup[]): Promise<void> {
    const rules = groups.flatMap((group) => group.rules);
    await this.pool.query(
      `INSERT INTO finding_rule (rule_id, version, fingerprint) SELECT * FROM unnest($1::text[], $2::integer[], $3::text[])
       ON CONFLICT (rule_id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint`,
      [rules.map((rule) => rule.id), rules.map((rule) => rule.version), rules.map((rule) => rule.fingerprint)],
    );
  }

  /** Ids of rules that have been switched off but still have answers stored. */
  async retired(groups: readonly EvaluationGroup[]): Promise<readonly { ruleId: string; version: number }[]> {
    const current = new Set(groups.flatMap((group) => group.rules.map((rule) => rule.id)));
    return (await this.known())
      .filter((row) => !current.has(row.rule_id))
      .map((row) => ({ ruleId: row.rule_id, version: row.version }));
  }

  /** Scopes for which a retired rule still has an answer, at most `limit`. */
  async scopesOf(ruleId: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ scope: string }>(
      `SELECT scope FROM finding_scope WHERE rule_id = $1 AND (hit OR due_at_ms IS NOT NULL) LIMIT $2`,
      [ruleId, limit],
    );
    return rows.map((row) => row.scope);
  }

  async forget(ruleId: string): Promise<void> {
    await this.pool.query('DELETE FROM finding_rule WHERE rule_id = $1', [ruleId]);
  }

  private async known(): Promise<{ rule_id: string; version: number; fingerprint: string }[]> {
    const { rows } = await this.pool.query<{ rule_id: string; version: number; fingerprint: string }>(
      'SELECT rule_id, version, fingerprint FROM finding_rule',
    );
    return rows;
  }
}
