import type { Reach } from '@tianyan/access';
import { errorKind, RefusedError, SECOND_MS, sha256Hex, type Clock, type IdSource, type Pause } from '@tianyan/kernel';
import type { ParameterSetting } from '@tianyan/rules';
import type { RuleRuns } from '../run-log/rule-runs.js';
import type { TrialResult, Trial } from './trial.js';
import { isTrialWithin, trialReachOf } from './trial-reach.js';
import type { TrialRequest } from './trial-run.js';
import { TRIAL_BEAT_MS, TRIAL_KEPT_MINUTES, type TrialStore } from './trial-store.js';

/** Longest time that a trial may take, once it is its turn; a sweep, which publishing begins, may take longer. */
export const TRIAL_MAX_SECONDS = 180;
/** Trials that wait for their turn in one process: each takes up to some minutes, and nobody waits for more than two others. */
export const MAX_WAITING_TRIALS = 2;

const TOO_LONG = `数据太多，${TRIAL_MAX_SECONDS} 秒内没有试完。可以先给各输入加上条件（如只看近一年）再试，或换个空闲的时候；发布后的全量研判不受此限`;
const BUSY = '数据库暂时忙或连不上，没有试完，请过一会儿再试';
const BROKEN = '程序出错，没有试完。请把这条规则的全文和出错时间告诉管理员，原因在运行日志里';
const STOPPING = '程序正在停止，没有试完。规则没有发布，也没有改动任何数据，请过一会儿再试';

const NOT_SEEN = `请先点“看会多出、少掉哪些”，看过这些取值的结果再保存：没有看过、看过以后取值或规则又改过、或者已超过 ${TRIAL_KEPT_MINUTES} 分钟的，都要再看一次`;
const DATA_CAME = '看过以后又成批载入了数据，结果可能已经不同，请再点一次“看会多出、少掉哪些”，看过再保存';

/** Of which text and values a preview is. */
function previewDigest(yaml: string, settings: readonly ParameterSetting[]): string {
  return sha256Hex(JSON.stringify([yaml, settings]));
}

/** Why a trial is given up. */
class TrialCancelled extends Error {
  override readonly name = 'TrialCancelled';
}
class ProcessStops extends Error {
  override readonly name = 'ProcessStops';
}

interface Job {
  id: string;
  request: Omit<TrialRequest, 'signal' | 'onProgress'>;
  ending: AbortController;
  progress: number;
}

/**
 * Trials of this process, one at a time: a rule over everything takes much of a machine that judges live beside it. How far each is
 * stands in PostgreSQL, where it can also be cancelled by another process.
 */
export class Trials {
  private readonly waiting: Job[] = [];
  private starting = 0;
  private current: Job | null = null;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly parts: {
      run: (request: TrialRequest) => Promise<TrialResult>;
      store: TrialStore;
      /** Takes note of what trials take. */
      log: Pick<RuleRuns, 'add' | 'failed' | 'flush'>;
      /** The machine's. */
      clock: Clock;
      ids: IdSource;
      pause: Pause;
      logger: { error(fields: object, message: string): void; warn(fields: object, message: string): void };
    },
  ) {}

  /**
   * Begins a trial, or lets it wait its turn; one of the same person that is under way is ended. Returns its id. Throws
   * RefusedError `too-many`.
   */
  async start(askedBy: string, request: Job['request']): Promise<string> {
    for (const id of await this.parts.store.unfinishedOf(askedBy)) await this.end(id);
    if (this.stopped) throw new RefusedError('too-many', STOPPING);
    if (this.waiting.length + this.starting >= MAX_WAITING_TRIALS)
      throw new RefusedError(
        'too-many',
        `已有 ${MAX_WAITING_TRIALS + 1} 条规则在试或排队，请等一两分钟再试；急用时请让正在试的人取消`,
      );
    const job: Job = { id: this.parts.ids.next(), request, ending: new AbortController(), progress: 0 };
    this.starting++;
    try {
      // Before it waits for its turn: one that is not written down would pass for one that somebody has cancelled.
      const { yaml, settings, limitedTo, reach } = request;
      // With other numbers or sources it says nothing of the text as it would stand.
      const digest = settings === undefined && limitedTo === undefined ? sha256Hex(yaml) : null;
      const preview = settings === undefined ? null : previewDigest(yaml, settings);
      await this.parts.store.add({ id: job.id, askedBy, digest, preview, reach: trialReachOf(reach) });
    } finally {
      this.starting--;
    }
    this.waiting.push(job);
    this.work();
    return job.id;
  }

  /** Null where there is none, somebody else asked for it, or the person saw more of the county when it was asked for. */
  async find(reach: Reach, id: string): Promise<Trial | null> {
    const trial = await this.parts.store.find(id, reach.userId);
    return trial && isTrialWithin(reach, trial.reach) ? trial : null;
  }

  /** Throws RefusedError `conflict` unless the person has seen what these values of this text would change, by the data as they are. */
  async requirePreview(id: string, askedBy: string, of: { yaml: string; settings: readonly ParameterSetting[] }): Promise<void> {
    const seen = await this.parts.store.previewed(id, askedBy, previewDigest(of.yaml, of.settings));
    if (seen === 'none') throw new RefusedError('conflict', NOT_SEEN);
    if (seen === 'outdated') throw new RefusedError('conflict', DATA_CAME);
  }

  /** Ends it, with its query, in whichever process it is; one that has ended stays as it is. Throws RefusedError `not-found`. */
  async cancel(id: string, askedBy: string): Promise<void> {
    if (!(await this.parts.store.has(id, askedBy))) throw new RefusedError('not-found', '没有这次试一试，或者结果已过期');
    await this.end(id);
  }

  /** Ends what is under way: the process stops. */
  async stop(): Promise<void> {
    this.stopped = true;
    const reason = new ProcessStops();
    for (const job of [this.current, ...this.waiting]) job?.ending.abort(reason);
    while (this.current) await this.working;
  }

  private async end(id: string): Promise<void> {
    await this.parts.store.end(id, { state: 'cancelled' });
    const job = [this.current, ...this.waiting].find((one) => one?.id === id);
    job?.ending.abort(new TrialCancelled());
    // One that waits is gone at once; the current one is when its query has ended.
    if (job) this.forget(job);
  }

  private forget(job: Job): void {
    const index = this.waiting.indexOf(job);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  private work(): void {
    if (this.current) return;
    const job = this.waiting.shift();
    if (!job) return;
    this.current = job;
    this.working = this.runOne(job).finally(() => {
      this.current = null;
      this.work();
    });
  }

  /** Never throws: what came of it is written down. */
  private async runOne(job: Job): Promise<void> {
    const { run, store, logger, clock } = this.parts;
    const fromMs = clock.nowMs();
    const limit = AbortSignal.timeout(TRIAL_MAX_SECONDS * SECOND_MS);
    const signal = AbortSignal.any([job.ending.signal, limit]);
    const done = new AbortController();
    const beating = this.beatUntil(job, done.signal);
    try {
      signal.throwIfAborted();
      const result = await run({ ...job.request, signal, onProgress: (progress) => void (job.progress = progress) });
      await store.end(job.id, { state: 'done', result });
      await this.note(job, { fromMs, scopes: result.scopes ?? 0, readRows: result.readRows ?? 0, failure: null });
    } catch (error) {
      if (errorKind(error) === 'unknown' && !signal.aborted) logger.error({ err: error }, 'a trial of a rule failed');
      await store
        .end(job.id, endOf(error, job.ending.signal, limit))
        .catch((unsaid: unknown) => logger.warn({ err: unsaid }, 'the end of a trial could not be written down'));
      const failure = limit.aborted ? 'TRIAL_TOO_LONG' : error instanceof Error ? error.name : 'unknown';
      await this.note(job, { fromMs, scopes: 0, readRows: 0, failure: job.ending.signal.aborted ? null : failure });
    } finally {
      done.abort();
      await beating;
    }
  }

  /** In the log of the rule. What cannot be written there now is written with the next trial. */
  private async note(job: Job, of: { fromMs: number; scopes: number; readRows: number; failure: string | null }) {
    const { log, clock, logger } = this.parts;
    const { fromMs, scopes, readRows, failure } = of;
    const { id } = job.request.rule;
    log.add(id, 'trial', { runs: 1, spentMs: Math.max(0, clock.nowMs() - fromMs), scopes, readRows });
    if (failure !== null) log.failed(id, 'trial', failure);
    await log.flush().catch((error: unknown) => logger.warn({ err: error }, 'what a trial took could not be written down'));
  }

  /** Says that this process has the trials, its own and those that wait; hears of those that somebody has cancelled elsewhere. */
  private async beatUntil(running: Job, done: AbortSignal): Promise<void> {
    const { store, pause, logger } = this.parts;
    while (!done.aborted) {
      try {
        for (const job of [running, ...this.waiting]) {
          const goesOn = await store.beat(job.id, job === running ? 'running' : 'queued', job.progress);
          if (goesOn || done.aborted) continue;
          job.ending.abort(new TrialCancelled());
          this.forget(job);
        }
      } catch (error) {
        if (errorKind(error) !== 'retriable') logger.error({ err: error }, 'a trial cannot say how far it is');
      }
      await pause(TRIAL_BEAT_MS, done);
    }
  }
}

function endOf(error: unknown, ending: AbortSignal, limit: AbortSignal) {
  if (ending.aborted && ending.reason instanceof TrialCancelled) return { state: 'cancelled' } as const;
  const failure = ending.aborted ? STOPPING : limit.aborted ? TOO_LONG : wordsOf(error);
  return { state: 'failed', failure } as const;
}

function wordsOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  return errorKind(error) === 'retriable' ? BUSY : BROKEN;
}
