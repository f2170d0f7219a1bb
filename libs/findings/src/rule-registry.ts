import type pg from 'pg';
import type { EvaluationGroup } from './ports.js';

/**
 * Remembers with which rules the stored answers were made. A rule whose text, parameters or calendar changed says
 * something else of old records, which no landed batch will ever touch: it must be swept.
 */
export class RuleRegistry {
  constructor(private readonly pool: pg.Pool) {}

  /** Groups with a rule that is new or not what it was; all their answers may be outdated. */
  async changed(groups: readonly EvaluationGroup[]): Promise<readonly EvaluationGroup[]> {
    const known = await this.known();
    return groups.filter((group) => !isUnchanged(group, known));
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

  /** Lets live work judge these groups, in every process; to be called before their first sweep. */
  async activate(groups: readonly EvaluationGroup[]): Promise<void> {
    const rules = groups.flatMap((group) => group.rules);
    await this.pool.query(
      `INSERT INTO finding_active_rule (rule_id, version, fingerprint) SELECT * FROM unnest($1::text[], $2::integer[], $3::text[])
       ON CONFLICT (rule_id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint`,
      [rules.map((rule) => rule.id), rules.map((rule) => rule.version), rules.map((rule) => rule.fingerprint)],
    );
  }

  /** Those of the groups that live work judges, as they are. */
  async active(groups: readonly EvaluationGroup[]): Promise<readonly EvaluationGroup[]> {
    const { rows } = await this.pool.query<KnownRule>('SELECT rule_id, version, fingerprint FROM finding_active_rule');
    return groups.filter((group) => isUnchanged(group, rows));
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
