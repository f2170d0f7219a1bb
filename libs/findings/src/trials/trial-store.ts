import { MINUTE_MS, SECOND_MS, type Clock } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { switchPreviewSchema, type SwitchPreview } from './switch-preview.js';
import type { TrialReach } from './trial-reach.js';
import { TRIAL_LOADS, TRIAL_STATES, trialResultSchema, type Trial, type TrialResult } from './trial.js';

/** How long a result can be looked at. */
export const TRIAL_KEPT_MINUTES = 30;
/** A process says so often that it still has its trials. */
export const TRIAL_BEAT_MS = SECOND_MS;
/** One that has been silent for so long has ended; the clocks of two machines may differ by some seconds. */
export const TRIAL_SILENT_MS = 30 * SECOND_MS;

/** A load that was not judged when the trial began to read, and has been since: what was compared with what stands is not so any more. */
const LOAD_TAKEN_IN = 'EXISTS (SELECT FROM finding_load l WHERE l.judged_at >= t.read_at)';
/** One that is under way. What it will come to nobody can say before its end, however often it is asked. */
const LOAD_OPEN = 'EXISTS (SELECT FROM finding_load l WHERE l.judged_at IS NULL)';
const LOADS = `CASE WHEN ${LOAD_TAKEN_IN} THEN 'taken-in' WHEN t.read_at IS NOT NULL AND ${LOAD_OPEN} THEN 'open' ELSE 'none' END`;
const UNFINISHED = `state IN ('queued', 'running')`;
const PROCESS_GONE = '试到一半，运行它的程序停止了。规则没有发布，也没有改动任何数据，请再试一次';

const UNREADABLE = '结果由另一个版本的程序算出，这一版读不懂（程序正在升级时会这样）。没有改动任何数据，请过一会儿再试一次';

const trialSchema = z.object({
  id: z.string(),
  state: z.enum(TRIAL_STATES),
  progress: z.number(),
  // Beside this process one of another version may run, whose results have values that this one does not know.
  result: z.unknown(),
  switched: z.unknown(),
  failure: z.string().nullable(),
  asked_at_ms: z.int(),
  heard_at_ms: z.int(),
  digest: z.string().nullable(),
  reach: z.array(z.string()).nullable(),
  problem_classes: z.array(z.string()).nullable(),
  loads: z.enum(TRIAL_LOADS),
});
const previewSchema = z.object({
  outdated: z.boolean(),
  switched: z.unknown(),
  reach: z.array(z.string()).nullable(),
  problem_classes: z.array(z.string()).nullable(),
});
const countSchema = z.object({ count: z.int() });
const idSchema = z.object({ id: z.string() });

/** A trial that was looked at before something was saved. */
interface Seen {
  /** A load has been taken in since it began to read. */
  outdated: boolean;
  /** Of a switch of several. */
  switched: SwitchPreview | null;
  /** Of whoever asked, then. */
  reach: TrialReach;
}

/** How an unfinished trial ends. */
export type TrialEnd =
  | { state: 'done'; result: TrialResult }
  | { state: 'done'; switched: SwitchPreview }
  | { state: 'failed'; failure: string }
  | { state: 'cancelled' };

/** Trials in PostgreSQL, so that whichever process is asked can tell how far one is, and end it. */
export class TrialStore {
  /** @param clock the machine's */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** Also takes away what has been kept long enough. */
  async add(trial: {
    id: string;
    askedBy: string;
    digest: string | null;
    /** What has to be seen before it is saved; null: no preview. */
    preview: string | null;
    reach: TrialReach;
  }): Promise<void> {
    const nowMs = this.clock.nowMs();
    const { townshipCodes, problemClasses } = trial.reach;
    await execute(this.pool, 'DELETE FROM finding_trial WHERE heard_at_ms < $1', [nowMs - TRIAL_KEPT_MINUTES * MINUTE_MS]);
    await execute(
      this.pool,
      `INSERT INTO finding_trial (id, asked_by, state, progress, asked_at_ms, heard_at_ms, digest, reach, problem_classes, preview_digest)
       VALUES ($1, $2, 'queued', 0, $3, $3, $4, $5, $6, $7)`,
      [trial.id, trial.askedBy, nowMs, trial.digest, townshipCodes, problemClasses, trial.preview],
    );
  }

  /** Null where there is none, or somebody else asked for it. */
  async find(id: string, askedBy: string): Promise<Trial | null> {
    const nowMs = this.clock.nowMs();
    const found = await maybeRow(
      this.pool,
      trialSchema,
      `SELECT id, state, progress, result, switched, failure, asked_at_ms, heard_at_ms, digest, reach, problem_classes, ${LOADS} AS loads
       FROM finding_trial t WHERE id = $1 AND asked_by = $2 AND heard_at_ms >= $3`,
      [id, askedBy, nowMs - TRIAL_KEPT_MINUTES * MINUTE_MS],
    );
    if (!found) return null;
    const {
      asked_at_ms: askedAtMs,
      heard_at_ms: heardAtMs,
      reach: townshipCodes,
      problem_classes: problemClasses,
      result: storedResult,
      switched: storedSwitch,
      ...trial
    } = found;
    const result = trialResultSchema.nullable().safeParse(storedResult);
    const switched = switchPreviewSchema.nullable().safeParse(storedSwitch);
    const isReadable = result.success && switched.success;
    const isGone = (trial.state === 'queued' || trial.state === 'running') && nowMs - heardAtMs > TRIAL_SILENT_MS;
    return {
      ...trial,
      askedAtMs,
      reach: { townshipCodes, problemClasses },
      result: isReadable ? result.data : null,
      switched: isReadable ? switched.data : null,
      ...(isReadable ? {} : { state: 'failed', failure: UNREADABLE }),
      ...(isGone ? { state: 'failed', failure: PROCESS_GONE } : {}),
    };
  }

  /**
   * What the person has seen of what this would change; null where there is no such trial that came to its end, it is gone, or was made by a program whose
   * results this one does not understand.
   */
  async previewed(id: string, askedBy: string, preview: string): Promise<Seen | null> {
    const found = await maybeRow(
      this.pool,
      previewSchema,
      `SELECT t.read_at IS NULL OR ${LOAD_TAKEN_IN} AS outdated, switched, reach, problem_classes FROM finding_trial t
       WHERE id = $1 AND asked_by = $2 AND heard_at_ms >= $3 AND state = 'done' AND preview_digest = $4`,
      [id, askedBy, this.clock.nowMs() - TRIAL_KEPT_MINUTES * MINUTE_MS, preview],
    );
    if (!found) return null;
    const { outdated, reach: townshipCodes, problem_classes: problemClasses } = found;
    const switched = switchPreviewSchema.nullable().safeParse(found.switched);
    if (!switched.success) return null;
    return { outdated, switched: switched.data, reach: { townshipCodes, problemClasses } };
  }

  /** Trials of the person that are under way. */
  async unfinishedOf(askedBy: string): Promise<string[]> {
    const found = await rows(this.pool, idSchema, `SELECT id FROM finding_trial WHERE asked_by = $1 AND ${UNFINISHED}`, [
      askedBy,
    ]);
    return found.map(({ id }) => id);
  }

  /** Its turn has come. What of loads is judged from here on changes what it is compared with. */
  async beginsToRead(id: string): Promise<void> {
    await execute(this.pool, `UPDATE finding_trial SET read_at = clock_timestamp() WHERE id = $1 AND ${UNFINISHED}`, [id]);
  }

  /** Says that the process still has it; false where somebody has ended it meanwhile. */
  async beat(id: string, state: 'queued' | 'running', progress: number): Promise<boolean> {
    const changed = await execute(
      this.pool,
      `UPDATE finding_trial SET state = $2, progress = $3, heard_at_ms = $4 WHERE id = $1 AND ${UNFINISHED}`,
      [id, state, Math.min(1, Math.max(0, progress)), this.clock.nowMs()],
    );
    return changed === 1;
  }

  /** One that has ended stays as it is: a result that comes after it was cancelled is nobody's. */
  async end(id: string, end: TrialEnd): Promise<void> {
    await execute(
      this.pool,
      `UPDATE finding_trial SET state = $2, progress = CASE WHEN $2 = 'done' THEN 1 ELSE progress END, result = $3, switched = $4, failure = $5, heard_at_ms = $6
       WHERE id = $1 AND ${UNFINISHED}`,
      [
        id,
        end.state,
        'result' in end ? JSON.stringify(end.result) : null,
        'switched' in end ? JSON.stringify(end.switched) : null,
        end.state === 'failed' ? end.failure : null,
        this.clock.nowMs(),
      ],
    );
  }

  /** Whether the person has it at all. */
  async has(id: string, askedBy: string): Promise<boolean> {
    const { count } = await row(
      this.pool,
      countSchema,
      'SELECT count(*) AS count FROM finding_trial WHERE id = $1 AND asked_by = $2',
      [id, askedBy],
    );
    return count > 0;
  }
}
