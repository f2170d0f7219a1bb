import type { IdSource } from '@tianyan/kernel';
import { SEVERITIES, type Evaluation, type Severity } from '@tianyan/rules';
import type pg from 'pg';
import { digestOf, NO_HIT_DIGEST } from './digest.js';
import type { EvaluationTicket } from './evaluation-tickets.js';
import { FINDING_COLUMNS, statusOf, toFinding, type FindingRow } from './finding-rows.js';
import { writeFindings, writeGuards, writeHistory, type PlannedScope } from './finding-writes.js';
import type { Cause, FindingEvent } from './model.js';
import { planScope, type StoredScope } from './plan.js';
import type { AlertOutbox, EvaluationGroup, FindingRule } from './ports.js';
import { inTransaction } from './transaction.js';

/** One group's answers for some scopes. A rule that says nothing of one of `scopes` does not hold there any more. */
export interface EvaluatedScopes {
  group: EvaluationGroup;
  /** At most MAX_SCOPES_PER_CALL. */
  scopes: readonly string[];
  evaluations: readonly Evaluation[];
}

/** Announcements up to here, exclusive, are reflected in what is committed. */
export interface PartitionOffset {
  topic: string;
  partition: number;
  nextOffset: number;
}

export interface CommitInput {
  ticket: EvaluationTicket;
  evaluated: readonly EvaluatedScopes[];
  /** Why the answer of this rule in this scope may have changed; asked only for findings that do change. */
  causeOf(ruleId: string, scope: string): Cause;
  offsets: readonly PartitionOffset[];
}

export interface CommitResult {
  events: Readonly<Partial<Record<FindingEvent, number>>>;
  /** Answers not written because a newer evaluation had been there; it saw all that this one saw. */
  superseded: number;
}

/** The evaluation took so long that it was given up for dead: its answers may be older than what was cleaned up. Evaluate again. */
export class TicketExpiredError extends Error {
  override readonly name = 'TicketExpiredError';
}

/** PostgreSQL notifies it with a JSON object of {@link CommitResult.events} whenever findings changed. */
export const FINDINGS_CHANNEL = 'findings_changed';

/**
 * Commits change many rows in an order that no two processes share; one at a time cannot deadlock, and a commit takes
 * milliseconds. The number is arbitrary but must be the platform's only use of it.
 */
const COMMIT_LOCK = 20_260_701;

/** Keeps findings and wake-ups equal to what the rules say, and remembers every change. */
export class FindingStore {
  constructor(
    private readonly input: {
      pool: pg.Pool;
      ids: IdSource;
      alerts: AlertOutbox;
      /** Findings from this severity on are handed to `alerts`. */
      alertFrom: Severity;
    },
  ) {}

  /**
   * Findings, history, wake-ups, alerts and offsets in one transaction: all or nothing. Answers older than what is
   * stored are left out. Throws {@link TicketExpiredError}; then nothing was written.
   */
  async commit(input: CommitInput): Promise<CommitResult> {
    return inTransaction(this.input.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [COMMIT_LOCK]);
      const olderUnderWay = await endEvaluation(client, input.ticket);
      const planned: PlannedScope[] = [];
      let superseded = 0;
      for (const evaluated of input.evaluated) {
        for (const scope of await this.plan(client, input, evaluated, olderUnderWay)) {
          if (scope.plan.superseded) superseded++;
          else planned.push(scope);
        }
      }
      await writeGuards(client, input.ticket, planned);
      const changed = planned.filter((scope) => scope.plan.event !== null);
      await writeFindings(client, input.ticket, changed, this.input.ids);
      await writeHistory(client, input.ticket, changed, input.causeOf);
      await this.enqueueAlerts(client, changed);
      await writeOffsets(client, input.offsets);
      const events = countEvents(changed);
      if (changed.length > 0) await client.query('SELECT pg_notify($1, $2)', [FINDINGS_CHANNEL, JSON.stringify(events)]);
      return { events, superseded };
    });
  }

  /** The next offset to be processed per partition of the topic; partitions never seen are missing. */
  async offsets(topic: string): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.input.pool.query<{ partition: number; next_offset: string }>(
      'SELECT partition, next_offset FROM finding_offset WHERE topic = $1',
      [topic],
    );
    return new Map(rows.map((row) => [row.partition, Number(row.next_offset)]));
  }

  /** Which of the scopes have a finding that the data supported so far, as [ruleId, scope]. */
  async supported(ruleIds: readonly string[], scopes: readonly string[]): Promise<readonly (readonly [string, string])[]> {
    const { rows } = await this.input.pool.query<{ rule_id: string; scope: string }>(
      'SELECT rule_id, scope FROM finding WHERE holds AND rule_id = ANY($1) AND scope = ANY($2)',
      [ruleIds, scopes],
    );
    return rows.map((row) => [row.rule_id, row.scope] as const);
  }

  private async plan(
    client: pg.ClientBase,
    input: CommitInput,
    evaluated: EvaluatedScopes,
    olderUnderWay: boolean,
  ): Promise<PlannedScope[]> {
    const { group, scopes } = evaluated;
    const stored = await readStored(client, group.rules, scopes);
    const answers = new Map(evaluated.evaluations.map((evaluation) => [keyOf(evaluation.ruleId, evaluation.scope), evaluation]));
    const planned: PlannedScope[] = [];
    for (const rule of group.rules) {
      for (const scope of scopes) {
        const key = keyOf(rule.id, scope);
        const evaluation = answers.get(key) ?? null;
        const before = stored.get(key) ?? NOTHING_STORED;
        const plan = planScope({ rule, evaluation, stored: before, ticket: input.ticket.ticket, olderUnderWay });
        if (!plan.superseded && plan.guard === 'keep' && plan.event === null) continue;
        const digest = evaluation ? digestOf(evaluation, rule.version) : NO_HIT_DIGEST;
        const explanation = plan.event !== null && evaluation?.hit ? group.explain(evaluation) : null;
        planned.push({ rule, scope, evaluation, digest, explanation, plan, finding: before.finding });
      }
    }
    return planned;
  }

  private async enqueueAlerts(client: pg.ClientBase, changed: readonly PlannedScope[]): Promise<void> {
    const threshold = SEVERITIES.indexOf(this.input.alertFrom);
    const news = changed.filter(
      ({ plan, rule }) =>
        (plan.event === 'opened' || plan.event === 'reopened') && SEVERITIES.indexOf(rule.severity) >= threshold,
    );
    if (news.length === 0) return;
    const { rows } = await client.query<FindingRow>(
      `SELECT ${FINDING_COLUMNS} FROM finding f LEFT JOIN finding_scope s USING (rule_id, scope)
       JOIN unnest($1::text[], $2::text[]) AS n (rule_id, scope) USING (rule_id, scope)`,
      [news.map((scope) => scope.rule.id), news.map((scope) => scope.scope)],
    );
    await this.input.alerts.enqueue(client, rows.map(toFinding));
  }
}

const NOTHING_STORED: StoredScope = { guard: null, finding: null };

function keyOf(ruleId: string, scope: string): string {
  return `${ruleId}\n${scope}`;
}

/** Takes the ticket out of the evaluations under way; tells whether an older one is still among them. */
async function endEvaluation(client: pg.ClientBase, ticket: EvaluationTicket): Promise<boolean> {
  const ended = await client.query('DELETE FROM finding_evaluation WHERE ticket = $1', [ticket.ticket]);
  if (ended.rowCount !== 1) throw new TicketExpiredError(`evaluation ${ticket.ticket} was given up for dead`);
  const older = await client.query('SELECT 1 FROM finding_evaluation WHERE ticket < $1 LIMIT 1', [ticket.ticket]);
  return older.rowCount === 1;
}

async function readStored(
  client: pg.ClientBase,
  rules: readonly FindingRule[],
  scopes: readonly string[],
): Promise<Map<string, StoredScope>> {
  const key = [rules.map((rule) => rule.id), scopes];
  const guards = await client.query<{ rule_id: string; scope: string; ticket: string; hit: boolean; due_at_ms: string | null; digest: string }>(
    'SELECT rule_id, scope, ticket, hit, due_at_ms, digest FROM finding_scope WHERE rule_id = ANY($1) AND scope = ANY($2)',
    key,
  );
  // Locked: a person may decide at the same moment, and what is planned below rests on the status.
  const findings = await client.query<{ rule_id: string; scope: string; id: string; status: string; holds: boolean }>(
    'SELECT rule_id, scope, id, status, holds FROM finding WHERE rule_id = ANY($1) AND scope = ANY($2) FOR UPDATE',
    key,
  );
  const stored = new Map<string, StoredScope>();
  for (const row of guards.rows) {
    const dueAtMs = row.due_at_ms === null ? null : Number(row.due_at_ms);
    stored.set(keyOf(row.rule_id, row.scope), {
      guard: { ticket: Number(row.ticket), hit: row.hit, dueAtMs, digest: row.digest },
      finding: null,
    });
  }
  for (const row of findings.rows) {
    const before = stored.get(keyOf(row.rule_id, row.scope)) ?? NOTHING_STORED;
    stored.set(keyOf(row.rule_id, row.scope), {
      ...before,
      finding: { id: row.id, status: statusOf(row.status), holds: row.holds },
    });
  }
  return stored;
}

async function writeOffsets(client: pg.ClientBase, offsets: readonly PartitionOffset[]): Promise<void> {
  for (const offset of offsets) {
    await client.query(
      `INSERT INTO finding_offset (topic, partition, next_offset) VALUES ($1, $2, $3)
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(finding_offset.next_offset, excluded.next_offset)`,
      [offset.topic, offset.partition, offset.nextOffset],
    );
  }
}

function countEvents(changed: readonly PlannedScope[]): CommitResult['events'] {
  const events: Partial<Record<FindingEvent, number>> = {};
  for (const { plan } of changed) if (plan.event) events[plan.event] = (events[plan.event] ?? 0) + 1;
  return events;
}
