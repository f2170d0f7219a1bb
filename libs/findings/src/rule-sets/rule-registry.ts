import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import type { EvaluationGroup, FindingRule } from '../ports.js';
import type { RunningRules } from './running-rules.js';

/**
 * Remembers with which rules the stored answers were made. A rule whose text, parameters or calendar changed says
 * something else of old records, which no landed batch will ever touch: it must be swept. Rules are asked for one by one, so
 * that a new one does not hold up those beside it.
 */
export class RuleRegistry {
  constructor(
    private readonly pool: Pool,
    private readonly running: RunningRules,
  ) {}

  /** Ids of the rules that are new or not what they were; all their answers may be outdated. */
  async changed(rules: readonly FindingRule[]): Promise<ReadonlySet<string>> {
    const known = await this.known('finding_rule', rules);
    return new Set(rules.flatMap(({ id }) => (known.has(id) ? [] : [id])));
  }

  /** To be called after the sweep: a crash in between repeats it. Throws as {@link activate}. */
  async remember(groups: readonly EvaluationGroup[]): Promise<void> {
    await this.write('finding_rule', groups, noteFilled);
  }

  /**
   * Lets live work judge these rules, in every process; to be called before their first sweep. Throws RefusedError where rules
   * are judged in another way by now, OtherEpochError where another set counts: one of the rules may be off.
   */
  async activate(groups: readonly EvaluationGroup[]): Promise<void> {
    await this.write('finding_active_rule', groups);
  }

  /** Ids of those that live work judges, as they are. */
  async active(rules: readonly FindingRule[]): Promise<ReadonlySet<string>> {
    return this.known('finding_active_rule', rules);
  }

  /** Rules of which only the words are others are judged as they were, under the name of the newer text. */
  async noteMembers(rules: readonly FindingRule[]): Promise<void> {
    for (const table of ['finding_rule', 'finding_active_rule'] as const)
      await execute(
        this.pool,
        `UPDATE ${table} t SET member = r.member FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS r (rule_id, fingerprint, member)
         WHERE t.rule_id = r.rule_id AND t.fingerprint = r.fingerprint AND t.member IS DISTINCT FROM r.member`,
        [rules.map(({ id }) => id), rules.map(({ fingerprint }) => fingerprint), rules.map(memberJson)],
      );
  }

  private async write(
    table: KnownTable,
    groups: readonly EvaluationGroup[],
    further: (client: ClientBase, ruleIds: readonly string[]) => Promise<void> = async () => {},
  ): Promise<void> {
    const rules = groups.flatMap((group) => group.rules);
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      for (const epoch of new Set(groups.map((group) => group.epoch))) await this.running.assertRunning(client, epoch);
      await execute(
        client,
        `INSERT INTO ${table} (rule_id, version, fingerprint, member) SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::jsonb[])
         ON CONFLICT (rule_id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint, member = excluded.member`,
        [
          rules.map((rule) => rule.id),
          rules.map((rule) => rule.version),
          rules.map((rule) => rule.fingerprint),
          rules.map(memberJson),
        ],
      );
      await further(
        client,
        rules.map((rule) => rule.id),
      );
    });
  }

  /** Ids of those of the rules that stand in the table as they are. */
  private async known(table: KnownTable, rules: readonly FindingRule[]): Promise<ReadonlySet<string>> {
    const known = await rows(this.pool, knownSchema, `SELECT rule_id, version, fingerprint FROM ${table}`);
    const byId = new Map(known.map((row) => [row.rule_id, row]));
    return new Set(
      rules.flatMap(({ id, version, fingerprint }) => {
        const row = byId.get(id);
        return row?.version === version && row.fingerprint === fingerprint ? [id] : [];
      }),
    );
  }
}

/** What these rules missed while they were set aside has been evaluated. */
async function noteFilled(client: ClientBase, ruleIds: readonly string[]): Promise<void> {
  await execute(
    client,
    `UPDATE finding_set_aside SET filled_at = clock_timestamp()
     WHERE rule_id = ANY($1) AND ended_at_ms IS NOT NULL AND filled_at IS NULL`,
    [ruleIds],
  );
}

function memberJson({ member }: FindingRule): string | null {
  return member && JSON.stringify(member);
}

type KnownTable = 'finding_rule' | 'finding_active_rule';

const knownSchema = z.object({ rule_id: z.string(), version: z.int(), fingerprint: z.string() });
