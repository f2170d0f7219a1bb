import type { Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { idCursor, idText, maybeRow, pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from './finding-reach.js';
import { decodeCursor, encodeCursor } from './finding-rows.js';

export const SWEEP_REASONS = ['scheduled', 'manual', 'changed-rules', 'first-load', 'at-rate'] as const;
export type SweepReason = (typeof SWEEP_REASONS)[number];

/** Sweeps that compare with what live has stored. The others judge for the first time: nothing there to drift from. */
const DRIFT_REASONS: readonly SweepReason[] = ['scheduled', 'manual'];

export function looksForDrift(run: Pick<SweepRun, 'reason'>): boolean {
  return DRIFT_REASONS.includes(run.reason);
}

export interface SweepRun {
  id: string;
  reason: SweepReason;
  ruleIds: readonly string[];
  rulesDone: number;
  /** Machine clock. */
  startedAtMs: EpochMs;
  finishedAtMs: EpochMs | null;
  /** Evaluation clock at the start. */
  nowMs: EpochMs;
  /** Answers that the rules gave: a scope counts once for each rule by which it has a finding or a deadline still to come. */
  evaluatedScopes: number;
  /** Differences seen at first; most of them are records that live had not reached yet. */
  candidates: number;
  /** Differences that persisted, in what was found and in the wake-ups alone: both must be 0. */
  driftFindings: number;
  driftWakeUps: number;
  state: 'running' | 'done' | 'failed';
  /** Chinese; why it failed. */
  failure: string | null;
}

export interface DriftItem {
  id: string;
  sweepId: string;
  kind: 'finding' | 'wake-up';
  ruleId: string;
  scope: string;
  stored: DriftSide | null;
  evaluated: DriftSide | null;
}

export interface DriftSide {
  hit: boolean;
  dueAtMs: EpochMs | null;
  digest: string;
}

const runRow = z.object({
  seq: z.int(),
  id: z.string(),
  reason: z.enum(SWEEP_REASONS),
  rule_ids: z.array(z.string()),
  rules_done: z.int(),
  started_at_ms: z.int(),
  finished_at_ms: z.int().nullable(),
  now_ms: z.int(),
  evaluated_scopes: z.int(),
  candidates: z.int(),
  drift_findings: z.int(),
  drift_wake_ups: z.int(),
  state: z.enum(['running', 'done', 'failed']),
  failure: z.string().nullable(),
});
const runSchema = runRow.transform((row) => ({ seq: row.seq, run: toRun(row) }));

const sideSchema = z.object({ hit: z.boolean(), dueAtMs: z.int().nullable(), digest: z.string() }).nullable();
const driftRow = z.object({
  seq: idText,
  sweep_id: z.string(),
  kind: z.enum(['finding', 'wake-up']),
  rule_id: z.string(),
  scope: z.string(),
  stored: sideSchema,
  evaluated: sideSchema,
});
const driftSchema = driftRow.transform(toDrift);

const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;

/** Reads of sweeps and drift for the console and the health page. */
export class SweepQueries {
  constructor(private readonly pool: Pool) {}

  /** Newest first; without rules that were judged at their rate, which come every few minutes and stand in their log. Throws RefusedError('invalid') for a cursor of another list or a spoilt one; so does {@link drift}. */
  async runs(page: { cursor?: string | null; limit?: number }): Promise<Page<SweepRun>> {
    const limit = pageSize(page.limit);
    const found = await rows(
      this.pool,
      runSchema,
      `SELECT * FROM finding_sweep WHERE seq < $1 AND reason <> 'at-rate' ORDER BY seq DESC LIMIT $2`,
      [position(page.cursor, 'sweeps', MAX_SEQ), limit + 1],
    );
    const { items, nextCursor } = pageOf(found, limit, ({ seq }) => encodeCursor(['sweeps', seq]));
    return { items: items.map(({ run }) => run), nextCursor };
  }

  /**
   * In the order in which they were found. Within less than the whole county: those of findings there; of a scope that was
   * never a finding nobody knows where it lies.
   */
  async drift(reach: Reach, sweepId: string, page: { cursor?: string | null; limit?: number }): Promise<Page<DriftItem>> {
    const limit = pageSize(page.limit);
    const found = await rows(
      this.pool,
      driftSchema,
      `SELECT d.* FROM finding_drift d LEFT JOIN finding f USING (rule_id, scope)
       WHERE d.sweep_id = $1 AND d.seq > $2 AND ${isFindingWithin('f', '$4')} ORDER BY d.seq LIMIT $3`,
      [sweepId, position(page.cursor, 'drift', '0'), limit + 1, reach.parameter],
    );
    return pageOf(found, limit, ({ id }) => encodeCursor(['drift', id]));
  }

  async get(sweepId: string): Promise<SweepRun | null> {
    const found = await maybeRow(this.pool, runSchema, 'SELECT * FROM finding_sweep WHERE id = $1', [sweepId]);
    return found?.run ?? null;
  }

  /** The last finished sweep that looked for drift; null before the first. */
  async last(): Promise<SweepRun | null> {
    const found = await maybeRow(
      this.pool,
      runSchema,
      `SELECT * FROM finding_sweep WHERE state = 'done' AND reason = ANY($1) ORDER BY seq DESC LIMIT 1`,
      [DRIFT_REASONS],
    );
    return found?.run ?? null;
  }
}

const MAX_SEQ = '9223372036854775807';

function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(limit ?? DEFAULT_PAGE_SIZE, 1), MAX_PAGE_SIZE);
}

/** Beyond which the page begins; `first` for the first page. */
function position(cursor: string | null | undefined, kind: string, first: string): string {
  return cursor ? (idCursor(decodeCursor(cursor, kind)[0] ?? '') ?? first) : first;
}

function toRun(row: z.output<typeof runRow>): SweepRun {
  return {
    id: row.id,
    reason: row.reason,
    ruleIds: row.rule_ids,
    rulesDone: row.rules_done,
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    nowMs: row.now_ms,
    evaluatedScopes: row.evaluated_scopes,
    candidates: row.candidates,
    driftFindings: row.drift_findings,
    driftWakeUps: row.drift_wake_ups,
    state: row.state,
    failure: row.failure,
  };
}

function toDrift(row: z.output<typeof driftRow>): DriftItem {
  return {
    id: row.seq,
    sweepId: row.sweep_id,
    kind: row.kind,
    ruleId: row.rule_id,
    scope: row.scope,
    stored: row.stored,
    evaluated: row.evaluated,
  };
}
