import type { EpochMs } from '@tianyan/kernel';
import type pg from 'pg';

export type SweepReason = 'scheduled' | 'manual' | 'changed-rules' | 'first-load';

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
  /** Rows that the rules returned. */
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

/** Reads of sweeps and drift for the console and the health page. */
export class SweepQueries {
  constructor(private readonly pool: pg.Pool) {}

  /** Newest first. */
  async runs(page: { cursor?: string | null; limit?: number }): Promise<{ items: readonly SweepRun[]; nextCursor: string | null }> {
    throw new Error(`not written yet: ${JSON.stringify([page, this.pool.totalCount])}`);
  }

  async drift(sweepId: string, page: { cursor?: string | null; limit?: number }): Promise<{ items: readonly DriftItem[]; nextCursor: string | null }> {
    throw new Error(`not written yet: ${JSON.stringify([sweepId, page])}`);
  }

  /** The last finished sweep of all rules; null before the first. */
  async last(): Promise<SweepRun | null> {
    throw new Error('not written yet');
  }
}
