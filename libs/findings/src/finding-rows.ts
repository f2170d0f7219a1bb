import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { SEVERITIES, type EvidenceRef, type Severity } from '@tianyan/rules';
import { z } from 'zod';
import {
  evidenceSchema,
  figuresSchema,
  FINDING_STATUSES,
  type Cause,
  type Finding,
  type FindingEvent,
  type FindingHistoryEntry,
  type FindingStatus,
  type FindingSummary,
} from './model.js';

/** A 64-bit column: a number by libs/postgres, text by the driver itself, on which FindingQueries and SweepQueries still are. */
type Int8 = number | string;

/** Columns of a list. */
export interface SummaryRow {
  id: string;
  rule_id: string;
  rule_version: number;
  title: string;
  problem_class: string;
  severity: number;
  scope: string;
  status: string;
  holds: boolean;
  township_code: string | null;
  village_code: string | null;
  unit_id: string | null;
  occurred_at_ms: Int8;
  first_seen_at_ms: Int8;
  last_changed_at_ms: Int8;
  explanation: string;
  subjects: Record<string, string>;
  evidence_count: number;
}

export interface FindingRow extends SummaryRow {
  rule_digest: string | null;
  due_at_ms: Int8 | null;
  evidence: EvidenceRef[];
  figures: Record<string, string | number>;
  decision_reason: string | null;
  decided_by: string | null;
  decided_at_ms: Int8 | null;
}

export const SUMMARY_COLUMNS = `f.id, f.rule_id, f.rule_version, f.title, f.problem_class, f.severity, f.scope, f.status, f.holds, f.township_code,
  f.village_code, f.unit_id, f.occurred_at_ms, f.first_seen_at_ms, f.last_changed_at_ms, f.explanation, f.subjects,
  jsonb_array_length(f.evidence) AS evidence_count`;

/** To be read from `finding f LEFT JOIN finding_scope s USING (rule_id, scope)`. */
export const FINDING_COLUMNS = `${SUMMARY_COLUMNS}, f.rule_digest, s.due_at_ms, f.evidence, f.figures, f.decision_reason, f.decided_by, f.decided_at_ms`;

/** Rank in the table; the order of {@link SEVERITIES}. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

export function severityOfRank(rank: number): Severity {
  const severity = SEVERITIES[rank - 1];
  if (!severity) throw new RangeError(`no severity has rank ${rank}`);
  return severity;
}

export function statusOf(text: string): FindingStatus {
  const status = FINDING_STATUSES.find((known) => known === text);
  if (!status) throw new RangeError(`unknown status of a finding: ${text}`);
  return status;
}

export function toSummary(row: SummaryRow): FindingSummary {
  return {
    id: row.id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    title: row.title,
    problemClass: row.problem_class,
    severity: severityOfRank(row.severity),
    scope: row.scope,
    status: statusOf(row.status),
    holds: row.holds,
    townshipCode: row.township_code,
    villageCode: row.village_code,
    unitId: row.unit_id,
    occurredAtMs: Number(row.occurred_at_ms),
    firstSeenAtMs: Number(row.first_seen_at_ms),
    lastChangedAtMs: Number(row.last_changed_at_ms),
    explanation: row.explanation,
    subjects: row.subjects,
    evidenceCount: row.evidence_count,
  };
}

export function toFinding(row: FindingRow): Finding {
  return {
    ...toSummary(row),
    ruleDigest: row.rule_digest,
    dueAtMs: optionalMs(row.due_at_ms),
    evidence: row.evidence,
    figures: row.figures,
    decisionReason: row.decision_reason,
    decidedBy: row.decided_by,
    decidedAtMs: optionalMs(row.decided_at_ms),
  };
}

/** A row of {@link FINDING_COLUMNS}, as a finding. */
export const findingSchema = z
  .object({
    id: z.string(),
    rule_id: z.string(),
    rule_version: z.int(),
    rule_digest: z.string().nullable(),
    title: z.string(),
    problem_class: z.string(),
    severity: z.int(),
    scope: z.string(),
    status: z.string(),
    holds: z.boolean(),
    township_code: z.string().nullable(),
    village_code: z.string().nullable(),
    unit_id: z.string().nullable(),
    occurred_at_ms: z.int(),
    first_seen_at_ms: z.int(),
    last_changed_at_ms: z.int(),
    due_at_ms: z.int().nullable(),
    explanation: z.string(),
    subjects: z.record(z.string(), z.string()),
    evidence_count: z.int(),
    evidence: evidenceSchema,
    figures: figuresSchema,
    decision_reason: z.string().nullable(),
    decided_by: z.string().nullable(),
    decided_at_ms: z.int().nullable(),
  })
  .transform(toFinding);

export interface HistoryRow {
  seq: string;
  at_ms: string;
  recorded_at: Date;
  event: FindingEvent;
  status_before: string | null;
  status_after: string;
  rule_version: number;
  actor: string | null;
  reason: string | null;
  cause: Cause;
  explanation: string;
  evidence: EvidenceRef[];
  figures: Record<string, string | number>;
}

export function toHistoryEntry(row: HistoryRow): FindingHistoryEntry {
  return {
    id: row.seq,
    atMs: Number(row.at_ms),
    recordedAtMs: row.recorded_at.getTime(),
    event: row.event,
    statusBefore: row.status_before === null ? null : statusOf(row.status_before),
    statusAfter: statusOf(row.status_after),
    ruleVersion: row.rule_version,
    actor: row.actor,
    reason: row.reason,
    cause: row.cause,
    explanation: row.explanation,
    evidence: row.evidence,
    figures: row.figures,
  };
}

export function optionalMs(ms: Int8 | null): EpochMs | null {
  return ms === null ? null : Number(ms);
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
