import type { EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { Difference } from './finding-store.js';
import { SWEEP_REASONS, type SweepReason } from './sweep-queries.js';

/** Counted while a sweep goes on. */
export interface SweepProgress {
  rulesDone: number;
  evaluatedScopes: number;
  candidates: number;
  driftFindings: number;
  driftWakeUps: number;
}

const lastSchema = z.object({ now_ms: z.int().nullable() });
const lastOfRuleSchema = z.object({ rule_id: z.string(), started_at_ms: z.int() });
const runningSchema = z.object({ id: z.string(), reason: z.enum(SWEEP_REASONS) });

/** Writes what sweeps did and what they found. */
export class SweepLog {
  constructor(private readonly pool: Pool) {}

  /** A sweep begun again under its id, because the process that had begun it died, takes the place of the first attempt. */
  async begin(run: {
    id: string;
    reason: SweepReason;
    ruleIds: readonly string[];
    startedAtMs: EpochMs;
    nowMs: EpochMs;
  }): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO finding_sweep (id, reason, rule_ids, started_at_ms, now_ms, state) VALUES ($1, $2, $3, $4, $5, 'running')
       ON CONFLICT (id) DO UPDATE SET started_at_ms = excluded.started_at_ms, now_ms = excluded.now_ms, state = 'running',
         finished_at_ms = NULL, failure = NULL, left_out = '{}'`,
      [run.id, run.reason, run.ruleIds, run.startedAtMs, run.nowMs],
    );
  }

  /** What it judged first, it judged as of then, if that is earlier than what it began with: the county's clock may have stepped back. */
  async judgedAsOf(id: string, nowMs: EpochMs): Promise<void> {
    await execute(this.pool, 'UPDATE finding_sweep SET now_ms = $2 WHERE id = $1 AND now_ms > $2', [id, nowMs]);
  }

  /** County time of the last sweep for this reason that is running or done; null before the first. */
  async lastNowMs(reason: SweepReason): Promise<EpochMs | null> {
    const last = await row(
      this.pool,
      lastSchema,
      `SELECT max(now_ms) AS now_ms FROM finding_sweep WHERE reason = $1 AND state <> 'failed'`,
      [reason],
    );
    return last.now_ms;
  }

  /** When each of these rules was last swept for whatever reason, well or not, and not left out, machine clock; those that never were are missing. */
  async lastOfRules(ruleIds: readonly string[]): Promise<ReadonlyMap<string, EpochMs>> {
    const found = await rows(
      this.pool,
      lastOfRuleSchema,
      `SELECT r.rule_id, max(s.started_at_ms) AS started_at_ms FROM unnest($1::text[]) AS r (rule_id)
         JOIN finding_sweep s ON s.rule_ids @> ARRAY[r.rule_id] AND NOT s.left_out @> ARRAY[r.rule_id] GROUP BY r.rule_id`,
      [ruleIds],
    );
    return new Map(found.map(({ rule_id, started_at_ms }) => [rule_id, started_at_ms]));
  }

  /** County time of the last sweep of this rule that ended well, of whichever cohorts; null: none that is remembered. */
  async lastJudgedNowMs(ruleId: string): Promise<EpochMs | null> {
    const last = await maybeRow(
      this.pool,
      lastSchema,
      `SELECT now_ms FROM finding_sweep WHERE state = 'done' AND rule_ids @> ARRAY[$1] AND NOT left_out @> ARRAY[$1] ORDER BY seq DESC LIMIT 1`,
      [ruleId],
    );
    return last?.now_ms ?? null;
  }

  /** Forgets sweeps for this reason that ended before, found nothing to differ and did not fail. */
  async forgetIdle(reason: SweepReason, beforeMs: EpochMs): Promise<void> {
    await execute(
      this.pool,
      `DELETE FROM finding_sweep WHERE reason = $1 AND state = 'done' AND candidates = 0 AND finished_at_ms < $2`,
      [reason, beforeMs],
    );
  }

  async progress(id: string, progress: SweepProgress): Promise<void> {
    await execute(
      this.pool,
      `UPDATE finding_sweep SET rules_done = $2, evaluated_scopes = $3, candidates = $4, drift_findings = $5, drift_wake_ups = $6 WHERE id = $1`,
      [id, progress.rulesDone, progress.evaluatedScopes, progress.candidates, progress.driftFindings, progress.driftWakeUps],
    );
  }

  async drift(id: string, differences: readonly Difference[]): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO finding_drift (sweep_id, rule_id, scope, kind, stored, evaluated)
       SELECT $1, r."ruleId", r.scope, r.kind, r.stored, r.evaluated
       FROM jsonb_to_recordset($2::jsonb) AS r ("ruleId" text, scope text, kind text, stored jsonb, evaluated jsonb)`,
      [id, JSON.stringify(differences)],
    );
  }

  /** @param outcome.leftOut rules that were not judged by it after all; missing: none */
  async end(
    id: string,
    { finishedAtMs, failure, leftOut = [] }: { finishedAtMs: EpochMs; failure: string | null; leftOut?: readonly string[] },
  ): Promise<void> {
    await execute(
      this.pool,
      'UPDATE finding_sweep SET state = $2, finished_at_ms = $3, failure = $4, left_out = $5 WHERE id = $1',
      [id, failure === null ? 'done' : 'failed', finishedAtMs, failure, leftOut],
    );
  }

  /** Sweeps that say they are running; some of them may belong to a process that died. */
  async running(): Promise<{ id: string; reason: SweepReason }[]> {
    return rows(this.pool, runningSchema, `SELECT id, reason FROM finding_sweep WHERE state = 'running'`);
  }

  /** For one whose process is known to be gone; changes nothing if it has ended meanwhile. */
  async endInterrupted(id: string, finishedAtMs: EpochMs): Promise<void> {
    await execute(
      this.pool,
      `UPDATE finding_sweep SET state = 'failed', finished_at_ms = $2, failure = '程序中途停止，巡检没有完成。'
       WHERE id = $1 AND state = 'running'`,
      [id, finishedAtMs],
    );
  }
}
