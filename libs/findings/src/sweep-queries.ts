import { withinReach, type Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import type pg from 'pg';
import { decodeCursor, encodeCursor, optionalMs } from './finding-rows.js';

export type SweepReason = 'scheduled' | 'manual' | 'changed-rules' | 'first-load';

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

interface RunRow {
  seq: string;
  id: string;
  reason: SweepReason;
  rule_ids: string[];
  rules_done: number;
  started_at_ms: string;
  finished_at_ms: string | null;
  now_ms: string;
  evaluated_scopes: string;
  candidates: string;
  drift_findings: string;
  drift_wake_ups: string;
  state: SweepRun['state'];
  failure: string | null;
}

interface DriftRow {
  seq: string;
  sweep_id: string;
  kind: DriftItem['kind'];
  rule_id: string;
  scope: string;
  stored: DriftSide | null;
  evaluated: DriftSide | null;
}

const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;

/** Reads of sweeps and drift for the console and the health page. */
export class SweepQueries {
  constructor(private readonly pool: pg.Pool) {}

  /** Newest first. */
  async runs(page: {
    cursor?: string | null;
    limit?: number;
  }): Promise<{ items: readonly SweepRun[]; nextCursor: string | null }> {
    const limit = pageSize(page.limit);
    const { rows } = await this.pool.query<RunRow>('SELECT * FROM finding_sweep WHERE seq < $1 ORDER BY seq DESC LIMIT $2', [
      page.cursor ? position(page.cursor, 'sweeps') : MAX_SEQ,
      limit + 1,
    ]);
    const shown = rows.slice(0, limit);
    return { items: shown.map(toRun), nextCursor: nextCursor('sweeps', shown.at(-1)?.seq, rows.length > limit) };
  }

  /**
   * In the order in which they were found. Within less than the whole county: those of findings there; of a scope that was
   * never a finding nobody knows where it lies.
   */
  async drift(
    reach: Reach,
    sweepId: string,
    page: { cursor?: string | null; limit?: number },
  ): Promise<{ items: readonly DriftItem[]; nextCursor: string | null }> {
    const limit = pageSize(page.limit);
    const { rows } = await this.pool.query<DriftRow>(
      `SELECT d.* FROM finding_drift d LEFT JOIN finding f USING (rule_id, scope)
       WHERE d.sweep_id = $1 AND d.seq > $2 AND ${withinReach('f.township_code', '$4')} ORDER BY d.seq LIMIT $3`,
      [sweepId, page.cursor ? position(page.cursor, 'drift') : '0', limit + 1, reach.townshipCodes],
    );
    const shown = rows.slice(0, limit);
    return { items: shown.map(toDrift), nextCursor: nextCursor('drift', shown.at(-1)?.seq, rows.length > limit) };
  }

  async get(sweepId: string): Promise<SweepRun | null> {
    const { rows } = await this.pool.query<RunRow>('SELECT * FROM finding_sweep WHERE id = $1', [sweepId]);
    return rows[0] ? toRun(rows[0]) : null;
  }

  /** The last finished sweep that looked for drift; null before the first. */
  async last(): Promise<SweepRun | null> {
    const { rows } = await this.pool.query<RunRow>(
      `SELECT * FROM finding_sweep WHERE state = 'done' AND reason = ANY($1) ORDER BY seq DESC LIMIT 1`,
      [DRIFT_REASONS],
    );
    return rows[0] ? toRun(rows[0]) : null;
  }
}

const MAX_SEQ = '9223372036854775807';

function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(limit ?? DEFAULT_PAGE_SIZE, 1), MAX_PAGE_SIZE);
}

function position(cursor: string, kind: string): string {
  return String(Number.parseInt(decodeCursor(cursor, kind)[0] ?? '', 10) || 0);
}

function nextCursor(kind: string, seq: string | undefined, more: boolean): string | null {
  return more && seq !== undefined ? encodeCursor([kind, seq]) : null;
}

function toRun(row: RunRow): SweepRun {
  return {
    id: row.id,
    reason: row.reason,
    ruleIds: row.rule_ids,
    rulesDone: row.rules_done,
    startedAtMs: Number(row.started_at_ms),
    finishedAtMs: optionalMs(row.finished_at_ms),
    nowMs: Number(row.now_ms),
    evaluatedScopes: Number(row.evaluated_scopes),
    candidates: Number(row.candidates),
    driftFindings: Number(row.drift_findings),
    driftWakeUps: Number(row.drift_wake_ups),
    state: row.state,
    failure: row.failure,
  };
}

function toDrift(row: DriftRow): DriftItem {
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
