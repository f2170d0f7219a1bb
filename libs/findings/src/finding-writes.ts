import type { IdSource } from '@tianyan/kernel';
import { execute, rows, type ClientBase } from '@tianyan/postgres';
import { answerKey, type Evaluation } from '@tianyan/rules';
import { z } from 'zod';
import type { EvaluationTicket } from './evaluation-tickets.js';
import type { FindingChange } from './finding-changes.js';
import { severityOfRank, severityRank } from './finding-rows.js';
import { FINDING_EVENTS, type Cause } from './model.js';
import type { ScopePlan, StoredScope } from './plan.js';
import type { FindingRule, Traced } from './ports.js';

/** One rule in one scope, with all that is needed to write it. */
export interface PlannedScope {
  rule: FindingRule;
  scope: string;
  evaluation: Evaluation | null;
  digest: string;
  /** Text for a finding that is supported now; null otherwise. */
  explanation: string | null;
  plan: ScopePlan;
  finding: StoredScope['finding'];
}

/** Rows of one statement: a few megabytes of JSON at most, even with full evidence. */
const ROWS_PER_STATEMENT = 1_000;

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += ROWS_PER_STATEMENT) yield all.slice(start, start + ROWS_PER_STATEMENT);
}

/** JSON that PostgreSQL takes: it knows neither the NUL character nor half of a surrogate pair, which sources do send. */
function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed().replaceAll('\u0000', '\uFFFD') : inner,
  );
}

export async function writeGuards(client: ClientBase, ticket: EvaluationTicket, planned: readonly PlannedScope[]): Promise<void> {
  const kept = planned.filter(({ plan }) => plan.guard === 'write' || plan.guard === 'mark');
  for (const piece of pieces(kept)) {
    await execute(
      client,
      `INSERT INTO finding_scope (rule_id, scope, ticket, now_ms, hit, due_at_ms, digest)
       SELECT rule_id, scope, $1, $2, hit, due_at_ms, digest
       FROM unnest($3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[]) AS r (rule_id, scope, hit, due_at_ms, digest)
       ON CONFLICT (rule_id, scope) DO UPDATE SET ticket = excluded.ticket, now_ms = excluded.now_ms, hit = excluded.hit,
         due_at_ms = excluded.due_at_ms, digest = excluded.digest`,
      [
        ticket.ticket,
        ticket.nowMs,
        piece.map(({ rule }) => rule.id),
        piece.map(({ scope }) => scope),
        piece.map(({ evaluation }) => evaluation?.hit ?? false),
        piece.map(({ evaluation }) => evaluation?.dueAtMs ?? null),
        piece.map(({ digest }) => digest),
      ],
    );
  }
  for (const piece of pieces(planned.filter(({ plan }) => plan.guard === 'hold'))) {
    await execute(
      client,
      `INSERT INTO finding_scope (rule_id, scope, ticket, now_ms, hit, due_at_ms, digest)
       SELECT rule_id, scope, $1, $2, false, NULL, '' FROM unnest($3::text[], $4::text[]) AS r (rule_id, scope)
       ON CONFLICT (rule_id, scope) DO UPDATE SET ticket = excluded.ticket`,
      [ticket.ticket, ticket.nowMs, piece.map(({ rule }) => rule.id), piece.map(({ scope }) => scope)],
    );
  }
  for (const piece of pieces(planned.filter(({ plan }) => plan.guard === 'delete'))) {
    await execute(
      client,
      `DELETE FROM finding_scope s USING unnest($1::text[], $2::text[]) AS r (rule_id, scope)
       WHERE s.rule_id = r.rule_id AND s.scope = r.scope`,
      [piece.map(({ rule }) => rule.id), piece.map(({ scope }) => scope)],
    );
  }
}

/** Scopes whose answers wait for loads; see {@link heldPlan}. */
export interface HeldScope {
  ruleId: string;
  scope: string;
  loads: readonly string[];
}

/** What is due there would be due again at once. */
export async function holdWakeUps(client: ClientBase, ticket: EvaluationTicket, held: readonly HeldScope[]): Promise<void> {
  for (const piece of pieces(held.flatMap(({ ruleId, scope, loads }) => loads.map((load) => ({ ruleId, scope, load }))))) {
    await execute(
      client,
      `INSERT INTO finding_held_wake_up (rule_id, scope, load_id)
       SELECT s.rule_id, s.scope, r.load_id FROM unnest($2::text[], $3::text[], $4::text[]) AS r (rule_id, scope, load_id)
       JOIN finding_scope s ON s.rule_id = r.rule_id AND s.scope = r.scope AND s.due_at_ms <= $1
       JOIN finding_load l ON l.id = r.load_id
       ON CONFLICT DO NOTHING`,
      [ticket.nowMs, piece.map(({ ruleId }) => ruleId), piece.map(({ scope }) => scope), piece.map(({ load }) => load)],
    );
  }
}

export async function writeFindings(
  client: ClientBase,
  ticket: EvaluationTicket,
  changed: readonly PlannedScope[],
  ids: IdSource,
): Promise<void> {
  for (const piece of pieces(changed.filter(({ evaluation }) => evaluation?.hit))) {
    await execute(client, UPSERT_SUPPORTED, [ticket.nowMs, storableJson(piece.map((scope) => findingJson(scope, ids)))]);
  }
  for (const piece of pieces(changed.filter(({ evaluation }) => !evaluation?.hit))) {
    await execute(
      client,
      `UPDATE finding f SET status = r.status, holds = false, last_changed_at_ms = $1
       FROM unnest($2::text[], $3::text[], $4::text[]) AS r (rule_id, scope, status) WHERE f.rule_id = r.rule_id AND f.scope = r.scope`,
      [
        ticket.nowMs,
        piece.map(({ rule }) => rule.id),
        piece.map(({ scope }) => scope),
        piece.map(({ plan }) => plan.statusAfter),
      ],
    );
  }
}

const UPSERT_SUPPORTED = `
  INSERT INTO finding (id, rule_id, rule_version, rule_digest, rule_overlay, title, problem_class, severity, amount_figure, scope, status, holds, township_code, village_code, unit_id,
    subjects, occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
  SELECT r.id, r."ruleId", r."ruleVersion", r."ruleDigest", r."ruleOverlay", r.title, r."problemClass", r.severity, r."amountFigure", r.scope, r.status, true, r.subjects ->> 'townshipCode',
    r.subjects ->> 'villageCode', r.subjects ->> 'unitId', r.subjects, r."occurredAtMs", $1, $1, r.evidence, r.figures, r.explanation
  FROM jsonb_to_recordset($2::jsonb) AS r (id text, "ruleId" text, "ruleVersion" integer, "ruleDigest" text, "ruleOverlay" text, title text, "problemClass" text, severity smallint,
    "amountFigure" text, scope text, status text, subjects jsonb, "occurredAtMs" bigint, evidence jsonb, figures jsonb, explanation text)
  ON CONFLICT (rule_id, scope) DO UPDATE SET rule_version = excluded.rule_version, rule_digest = excluded.rule_digest,
    rule_overlay = excluded.rule_overlay, title = excluded.title,
    problem_class = excluded.problem_class, severity = excluded.severity, amount_figure = excluded.amount_figure, status = excluded.status, holds = true,
    township_code = excluded.township_code, village_code = excluded.village_code, unit_id = excluded.unit_id,
    subjects = excluded.subjects, occurred_at_ms = excluded.occurred_at_ms, last_changed_at_ms = excluded.last_changed_at_ms,
    evidence = excluded.evidence, figures = excluded.figures, explanation = excluded.explanation`;

function findingJson(scope: PlannedScope, ids: IdSource): Record<string, unknown> {
  const { rule, evaluation, explanation, plan, finding } = scope;
  if (!evaluation || evaluation.occurredAtMs === null) {
    throw new Error(`${rule.id} hits in ${scope.scope} but does not say when the problem came about`);
  }
  return {
    id: finding?.id ?? ids.next(),
    ruleId: rule.id,
    ruleVersion: rule.version,
    ruleDigest: rule.member?.digest ?? null,
    ruleOverlay: rule.member?.overlay ?? null,
    title: rule.title,
    problemClass: rule.problemClass,
    severity: severityRank(rule.severity),
    amountFigure: rule.amountFigure ?? null,
    scope: scope.scope,
    status: plan.statusAfter,
    subjects: evaluation.subjects,
    occurredAtMs: evaluation.occurredAtMs,
    evidence: evaluation.evidence,
    figures: evaluation.figures,
    explanation,
  };
}

const entrySchema = z.object({
  id: z.string(),
  rule_id: z.string(),
  scope: z.string(),
  severity: z.int(),
  township_code: z.string().nullable(),
  problem_class: z.string(),
  event: z.enum(FINDING_EVENTS),
});

/** After the findings: the entry copies what the finding holds then, which for a withdrawal is what supported it last. */
export async function writeHistory(
  client: ClientBase,
  ticket: EvaluationTicket,
  changed: readonly PlannedScope[],
  causeOf: (ruleId: string, scope: string) => Cause,
  load?: string,
): Promise<Traced<FindingChange>[]> {
  const changes: Traced<FindingChange>[] = [];
  for (const piece of pieces(changed)) {
    const entries = piece
      .map(({ rule, scope, plan, finding }) => ({
        ruleId: rule.id,
        scope,
        event: plan.event,
        statusBefore: finding?.status ?? null,
        cause: byChangedRule(causeOf(rule.id, scope), rule, finding),
      }))
      .map((entry) => ({ ...entry, reason: reasonOf(entry.cause) }));
    const written = await rows(
      client,
      entrySchema,
      `WITH entry AS (INSERT INTO finding_history (finding_id, at_ms, event, status_before, status_after, rule_version, rule_digest, rule_overlay, reason, cause, explanation, evidence, figures)
       SELECT f.id, $1, r.event, r."statusBefore", f.status, f.rule_version, f.rule_digest, f.rule_overlay, r.reason, r.cause, f.explanation, f.evidence, f.figures
       FROM jsonb_to_recordset($2::jsonb) AS r ("ruleId" text, scope text, event text, "statusBefore" text, reason text, cause jsonb)
       JOIN finding f ON f.rule_id = r."ruleId" AND f.scope = r.scope RETURNING finding_id, event)
       SELECT f.id, f.rule_id, f.scope, f.severity, f.township_code, f.problem_class, entry.event FROM entry JOIN finding f ON f.id = entry.finding_id`,
      [ticket.nowMs, storableJson(entries)],
    );
    const causes = new Map(entries.map(({ ruleId, scope, cause }) => [answerKey(ruleId, scope), cause]));
    for (const {
      id,
      rule_id: ruleId,
      scope,
      severity,
      township_code: townshipCode,
      problem_class: problemClass,
      event,
    } of written) {
      const cause = causes.get(answerKey(ruleId, scope));
      const traces = cause?.kind === 'records' ? cause.traces : undefined;
      changes.push({
        id,
        ruleId,
        severity: severityOfRank(severity),
        event,
        townshipCode,
        problemClass,
        ...(traces ? { traces } : {}),
        ...bundleOf(cause, load),
      });
    }
  }
  return changes;
}

function bundleOf(cause: Cause | undefined, load: string | undefined): { bundle?: string } {
  if (load !== undefined) return { bundle: `load:${load}` };
  return cause?.kind === 'sweep' || cause?.kind === 'rule-changed' ? { bundle: `sweep:${cause.sweepId}` } : {};
}

/** What a sweep finds otherwise by another version of the rule is no news of the data. */
function byChangedRule(cause: Cause, rule: FindingRule, finding: StoredScope['finding']): Cause {
  if (cause.kind !== 'sweep' || finding === null) return cause;
  const changed = { kind: 'rule-changed', sweepId: cause.sweepId, version: rule.version } as const;
  if (finding.ruleVersion !== rule.version) return changed;
  return finding.ruleOverlay === (rule.member?.overlay ?? null) ? cause : { ...changed, parameters: true };
}

/** Records and time speak for themselves; a rule that is gone, or another, has to be named. */
function reasonOf(cause: Cause): string | null {
  if (cause.kind === 'rule-changed' && cause.parameters) return '规则参数有改动';
  if (cause.kind === 'rule-changed') return `规则改为第 ${cause.version} 版`;
  return cause.kind === 'rule-retired' ? '规则已停用' : null;
}
