import { execute, rows, type Pool, type PoolClient } from '@tianyan/postgres';
import { answerKey, type Evaluation } from '@tianyan/rules';
import { z } from 'zod';
import { digestOf } from './digest.js';
import type { EvaluationTicket } from './evaluation-tickets.js';
import type { EvaluationGroup } from './ports.js';

const CREATE_ANSWERS = `
  CREATE TEMP TABLE sweep_answer (rule_id text NOT NULL, scope text NOT NULL, hit boolean NOT NULL, due_at_ms bigint, digest text NOT NULL,
    PRIMARY KEY (rule_id, scope))`;
const CREATE_CANDIDATES = 'CREATE TEMP TABLE sweep_candidate (scope text PRIMARY KEY)';

const candidateSchema = z.object({ scope: z.string() });
const answerSchema = z
  .object({ rule_id: z.string(), scope: z.string(), hit: z.boolean(), due_at_ms: z.int().nullable(), digest: z.string() })
  .transform(({ rule_id, scope, hit, due_at_ms, digest }) => ({ ruleId: rule_id, scope, hit, dueAtMs: due_at_ms, digest }));

/** What a rule says of a scope, as far as it is compared. */
export type SweepAnswer = z.output<typeof answerSchema>;

/** What the rules of the group say, as far as it is compared. */
export function comparedOf(group: EvaluationGroup, evaluations: readonly Evaluation[]): SweepAnswer[] {
  const versions = new Map(group.rules.map(({ id, version }) => [id, version]));
  return evaluations.map((evaluation) => {
    const { ruleId, scope, hit, dueAtMs } = evaluation;
    return { ruleId, scope, hit, dueAtMs, digest: digestOf(evaluation, versions.get(ruleId) ?? 0) };
  });
}

/** By {@link answerKey}. */
export function byAnswerKey(answers: readonly SweepAnswer[]): ReadonlyMap<string, SweepAnswer> {
  return new Map(answers.map((answer) => [answerKey(answer.ruleId, answer.scope), answer]));
}

/**
 * Markers and rows of newer evaluations are skipped: they saw what this sweep saw, and more. A finding that holds without
 * a guard row would never be looked at by the first part, so it is asked for by itself.
 */
const COLLECT = `
  INSERT INTO sweep_candidate
  SELECT scope FROM sweep_answer a FULL JOIN (SELECT * FROM finding_scope WHERE rule_id = ANY($1)) s USING (rule_id, scope)
    LEFT JOIN finding f USING (rule_id, scope)
  WHERE coalesce(s.ticket, 0) < $2
    AND ($3::text[] IS NULL OR a.rule_id IS NOT NULL OR scope = ANY($3))
    AND (coalesce(a.hit, false) <> coalesce(s.hit, false) OR coalesce(a.digest, '') <> coalesce(s.digest, '')
      OR a.due_at_ms IS DISTINCT FROM s.due_at_ms OR coalesce(f.holds, false) <> coalesce(a.hit, false))
  UNION
  SELECT scope FROM finding f WHERE f.holds AND f.rule_id = ANY($1) AND ($3::text[] IS NULL OR scope = ANY($3))
    AND NOT EXISTS (SELECT 1 FROM finding_scope s WHERE s.rule_id = f.rule_id AND s.scope = f.scope)`;

const STORED_SCOPES = `
  SELECT scope FROM finding_scope WHERE rule_id = ANY($1)
  UNION SELECT scope FROM finding WHERE holds AND rule_id = ANY($1)`;

/**
 * All commits take turns, and live ones wait for a sweep's: one of 10,000 new findings took six seconds, one of a thousand takes
 * about half a second.
 */
const CANDIDATES_AT_ONCE = 1_000;

/**
 * The answers of a whole sweep of one group, held in temporary tables of one PostgreSQL connection: a million of them
 * would not fit beside everything else in this process's memory, and the comparison is a join.
 */
export class SweepAnswers {
  private constructor(private readonly client: PoolClient) {}

  /** Takes a connection out of the pool until {@link close}. */
  static async open(pool: Pool): Promise<SweepAnswers> {
    const client = await pool.connect();
    try {
      await execute(client, CREATE_ANSWERS);
      await execute(client, CREATE_CANDIDATES);
    } catch (error) {
      client.release(true);
      throw error;
    }
    return new SweepAnswers(client);
  }

  async add(group: EvaluationGroup, evaluations: readonly Evaluation[]): Promise<void> {
    const compared = comparedOf(group, evaluations);
    await execute(
      this.client,
      'INSERT INTO sweep_answer SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::bigint[], $5::text[])',
      [
        compared.map(({ ruleId }) => ruleId),
        compared.map(({ scope }) => scope),
        compared.map(({ hit }) => hit),
        compared.map(({ dueAtMs }) => dueAtMs),
        compared.map(({ digest }) => digest),
      ],
    );
  }

  /**
   * Compares with what is stored; returns the number of scopes that differ for some rule of the group.
   * @param cohorts those that were judged; missing: all were
   */
  async collectCandidates(group: EvaluationGroup, ticket: EvaluationTicket, cohorts?: ReadonlySet<string>): Promise<number> {
    const ruleIds = group.rules.map((rule) => rule.id);
    const judged = cohorts ? await this.storedOf(group, ruleIds, cohorts) : null;
    return execute(this.client, COLLECT, [ruleIds, ticket.ticket, judged]);
  }

  /** Scopes of these cohorts of which something is stored. The key of a scope says its cohort, and only the rule can read it. */
  private async storedOf(
    { cohorts: of }: EvaluationGroup,
    ruleIds: readonly string[],
    cohorts: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    if (cohorts.size === 0) return [];
    const stored = await rows(this.client, candidateSchema, STORED_SCOPES, [ruleIds]);
    return stored.map(({ scope }) => scope).filter((scope) => cohorts.has(of?.of(scope) ?? ''));
  }

  /** The scopes that differ, {@link CANDIDATES_AT_ONCE} at a time. */
  async *candidates(): AsyncGenerator<readonly string[]> {
    for (let after = ''; ;) {
      const found = await rows(
        this.client,
        candidateSchema,
        'SELECT scope FROM sweep_candidate WHERE scope > $1 ORDER BY scope LIMIT $2',
        [after, CANDIDATES_AT_ONCE],
      );
      const last = found.at(-1);
      if (!last) return;
      yield found.map(({ scope }) => scope);
      after = last.scope;
    }
  }

  /** What was said of these scopes, by rule and scope, a line each; rules that say nothing are missing. */
  async of(scopes: readonly string[]): Promise<ReadonlyMap<string, SweepAnswer>> {
    const found = await rows(
      this.client,
      answerSchema,
      'SELECT rule_id, scope, hit, due_at_ms, digest FROM sweep_answer WHERE scope = ANY($1)',
      [scopes],
    );
    return byAnswerKey(found);
  }

  /** All that was said: only of a rule whose answers are bounded. */
  async everything(): Promise<readonly SweepAnswer[]> {
    return rows(this.client, answerSchema, 'SELECT rule_id, scope, hit, due_at_ms, digest FROM sweep_answer');
  }

  async close(): Promise<void> {
    await execute(this.client, 'DROP TABLE sweep_answer, sweep_candidate').then(
      () => this.client.release(),
      (error: unknown) => this.client.release(error instanceof Error ? error : true),
    );
  }
}
