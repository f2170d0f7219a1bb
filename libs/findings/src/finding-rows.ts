import { RefusedError } from '@tianyan/kernel';
import { idText } from '@tianyan/postgres';
import { SEVERITIES, type Severity } from '@tianyan/rules';
import { z } from 'zod';
import {
  causeSchema,
  evidenceSchema,
  figuresSchema,
  FINDING_EVENTS,
  FINDING_STATUSES,
  type Finding,
  type FindingHistoryEntry,
  type FindingSummary,
} from './model.js';
import { VERDICTS } from './precision/verdict.js';

/** A finding about one order or one matter: all its orders are of one caller. */
const IS_OF_ONE_MATTER = `(f.subjects ->> 'orderId' IS NOT NULL OR f.subjects ->> 'matterKey' IS NOT NULL OR f.figures ->> 'orderId' IS NOT NULL)`;

/** Columns of a list. */
export const SUMMARY_COLUMNS = `f.id, f.rule_id, f.rule_version, f.title, f.problem_class, f.severity, f.scope, f.status, f.holds, f.township_code,
  f.village_code, f.unit_id, f.occurred_at_ms, f.first_seen_at_ms, f.last_changed_at_ms, f.explanation, f.subjects, f.verdict,
  array_remove(ARRAY[f.subjects ->> 'orderId', f.figures ->> 'orderId'], NULL) AS order_ids,
  CASE WHEN ${IS_OF_ONE_MATTER} THEN ARRAY(SELECT r ->> 'id' FROM jsonb_array_elements(f.evidence) r WHERE r ->> 'type' = 'hotline.order')
    ELSE '{}' END AS order_record_ids,
  jsonb_array_length(f.evidence) AS evidence_count`;

/** To be read from `finding f LEFT JOIN finding_scope s USING (rule_id, scope)`. */
export const FINDING_COLUMNS = `${SUMMARY_COLUMNS}, f.rule_digest, f.rule_overlay, s.due_at_ms, f.evidence, f.figures, f.decision_reason, f.decided_by, f.decided_at_ms`;

/** Rank in the table; the order of {@link SEVERITIES}. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

export function severityOfRank(rank: number): Severity {
  const severity = SEVERITIES[rank - 1];
  if (!severity) throw new RangeError(`no severity has rank ${rank}`);
  return severity;
}

const summaryRow = z.object({
  id: z.string(),
  rule_id: z.string(),
  rule_version: z.int(),
  title: z.string(),
  problem_class: z.string(),
  severity: z.int(),
  scope: z.string(),
  status: z.enum(FINDING_STATUSES),
  holds: z.boolean(),
  township_code: z.string().nullable(),
  village_code: z.string().nullable(),
  unit_id: z.string().nullable(),
  occurred_at_ms: z.int(),
  first_seen_at_ms: z.int(),
  last_changed_at_ms: z.int(),
  explanation: z.string(),
  subjects: z.record(z.string(), z.string()),
  order_ids: z.array(z.string()),
  order_record_ids: z.array(z.string()),
  evidence_count: z.int(),
  verdict: z.enum(VERDICTS).nullable(),
});

const findingRow = summaryRow.extend({
  rule_digest: z.string().nullable(),
  rule_overlay: z.string().nullable(),
  due_at_ms: z.int().nullable(),
  evidence: evidenceSchema,
  figures: figuresSchema,
  decision_reason: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at_ms: z.int().nullable(),
});

/** A row of {@link SUMMARY_COLUMNS} and the key by which its list is ordered. */
export const listedSchema = summaryRow
  .extend({ key: z.int() })
  .transform(({ key, ...row }) => ({ key, finding: toSummary(row) }));

/** A row of {@link FINDING_COLUMNS}, as a finding. */
export const findingSchema = findingRow.transform(toFinding);

export const HISTORY_COLUMNS =
  'seq, at_ms, recorded_at, event, status_before, status_after, rule_version, actor, reason, verdict, cause, explanation, evidence, figures';

const historyRow = z.object({
  seq: idText,
  at_ms: z.int(),
  recorded_at: z.date(),
  event: z.enum(FINDING_EVENTS),
  status_before: z.enum(FINDING_STATUSES).nullable(),
  status_after: z.enum(FINDING_STATUSES),
  rule_version: z.int(),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  cause: causeSchema,
  explanation: z.string(),
  evidence: evidenceSchema,
  figures: figuresSchema,
});

/** A row of {@link HISTORY_COLUMNS}, as an entry. */
export const historySchema = historyRow.transform(toHistoryEntry);

function toSummary(row: z.output<typeof summaryRow>): FindingSummary {
  return {
    id: row.id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    title: row.title,
    problemClass: row.problem_class,
    severity: severityOfRank(row.severity),
    scope: row.scope,
    status: row.status,
    holds: row.holds,
    townshipCode: row.township_code,
    villageCode: row.village_code,
    unitId: row.unit_id,
    occurredAtMs: row.occurred_at_ms,
    firstSeenAtMs: row.first_seen_at_ms,
    lastChangedAtMs: row.last_changed_at_ms,
    explanation: row.explanation,
    subjects: row.subjects,
    orderIds: row.order_ids,
    orderRecordIds: row.order_record_ids,
    evidenceCount: row.evidence_count,
    verdict: row.verdict,
  };
}

function toFinding(row: z.output<typeof findingRow>): Finding {
  return {
    ...toSummary(row),
    ruleDigest: row.rule_digest,
    ruleOverlay: row.rule_overlay,
    dueAtMs: row.due_at_ms,
    evidence: row.evidence,
    figures: row.figures,
    decisionReason: row.decision_reason,
    decidedBy: row.decided_by,
    decidedAtMs: row.decided_at_ms,
  };
}

function toHistoryEntry(row: z.output<typeof historyRow>): FindingHistoryEntry {
  return {
    id: row.seq,
    atMs: row.at_ms,
    recordedAtMs: row.recorded_at.getTime(),
    event: row.event,
    statusBefore: row.status_before,
    statusAfter: row.status_after,
    ruleVersion: row.rule_version,
    actor: row.actor,
    reason: row.reason,
    verdict: row.verdict,
    cause: row.cause,
    explanation: row.explanation,
    evidence: row.evidence,
    figures: row.figures,
  };
}

/** Position in a keyset: opaque to callers, so that they cannot depend on what it holds. */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Throws RefusedError when the text was not made by {@link encodeCursor} for the same list. */
export function decodeCursor(cursor: string, kind: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts[0] === kind) return parts.slice(1).map(String);
  } catch {
    // Not JSON: the same refusal as for a cursor of another list.
  }
  throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
}
