import type { Reach } from '@tianyan/access';
import { errorKind, RefusedError, SECOND_MS, sha256Hex, type Clock, type IdSource, type Pause } from '@tianyan/kernel';
import type { ParameterSetting } from '@tianyan/rules';
import type { RuleRuns } from '../run-log/rule-runs.js';
import type { SwitchChange } from '../rule-sets/switches.js';
import type { SwitchPreview } from './switch-preview.js';
import type { SwitchPreviewRequest } from './switch-preview-run.js';
import type { TrialResult, Trial } from './trial.js';
import { isTrialWithin, trialReachOf } from './trial-reach.js';
import type { TrialRequest } from './trial-run.js';
import { TRIAL_BEAT_MS, TRIAL_KEPT_MINUTES, type TrialEnd, type TrialStore } from './trial-store.js';

/** Longest time that a trial may take, once it is its turn; a sweep, which publishing begins, may take longer. */
export const TRIAL_MAX_SECONDS = 180;
/**
 * Longest time in which the rules of a switch are counted: a pack is a hundred of them, judged beside live work by half of what a sweep may take. What is not
 * counted by then is told as that.
 */
export const SWITCH_PREVIEW_MAX_SECONDS = 600;
/** What is under way then has as long to end by itself. */
const SWITCH_PREVIEW_END_SECONDS = 30;
/** Trials that wait for their turn in one process: each takes up to some minutes, and nobody waits for more than two others. */
export const MAX_WAITING_TRIALS = 2;

const tooLong = (maxSeconds: number) =>
  `数据太多，${maxSeconds} 秒内没有试完。可以先给各输入加上条件（如只看近一年）再试，或换个空闲的时候；发布后的全量研判不受此限`;
const BUSY = '数据库暂时忙或连不上，没有试完，请过一会儿再试';
const BROKEN = '程序出错，没有试完。请把这条规则的全文和出错时间告诉管理员，原因在运行日志里';
const STOPPING = '程序正在停止，没有试完。规则没有发布，也没有改动任何数据，请过一会儿再试';

const KEPT = `或者已超过 ${TRIAL_KEPT_MINUTES} 分钟的，都要再看一次`;
/** What a person presses to see it. */
const BUTTONS = { values: '看会多出、少掉哪些', switch: '先算会增减哪些疑点' } as const;
const UNSEEN = {
  values: `请先点“${BUTTONS.values}”，看过这些取值的结果再保存：没有看过、看过以后取值或规则又改过、${KEPT}`,
  switch: `请先点“${BUTTONS.switch}”，看过这次开关的结果再保存：没有看过、看过以后选择、规则、取值或别的开关又改过、${KEPT}；等不及的，请写明为什么不看`,
} as const;
const dataCame = (button: string) => `开始算以后，又有成批的数据载入完毕，结果可能已经不同，请再点一次“${button}”，看过再保存`;
const NOTHING_COUNTED = '这次的结果里一条规则也没有算出来，等于没有看过；要开关，请写明为什么不看';

/** Something that has to be seen before it is saved. */
export type Previewed =
  | { of: 'values'; yaml: string; settings: readonly ParameterSetting[] }
  /** `epoch`: of the rules, their values and the other switches as they stand. */
  | { of: 'switch'; change: SwitchChange; epoch: number };

function previewDigest(previewed: Previewed): string {
  if (previewed.of === 'values') return sha256Hex(JSON.stringify([previewed.yaml, previewed.settings]));
  const { target, enabled, sources } = previewed.change;
  return sha256Hex(JSON.stringify(['switch', target, enabled, sources, previewed.epoch]));
}

/** Why a trial is given up. */
class TrialCancelled extends Error {
  override readonly name = 'TrialCancelled';
}
class ProcessStops extends Error {
  override readonly name = 'ProcessStops';
}

/** What is asked by people, without how it is run. */
type Asked<Request> = Omit<Request, 'signal' | 'patience' | 'onProgress'>;

interface Work {
  /** In whose log it stands; null: in that of none. */
  ruleId: string | null;
  maxSeconds: number;
  perform(how: Pick<TrialRequest, 'signal' | 'onProgress'>): Promise<Performed>;
}

interface Performed {
  end: TrialEnd;
  scopes: number;
  readRows: number;
}

interface Job extends Work {
  id: string;
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
      previewSwitch: (request: SwitchPreviewRequest) => Promise<SwitchPreview>;
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
  async start(askedBy: string, request: Asked<TrialRequest>): Promise<string> {
    const { yaml, settings, limitedTo, reach, rule } = request;
    // With other numbers or sources it says nothing of the text as it would stand.
    const digest = settings === undefined && limitedTo === undefined ? sha256Hex(yaml) : null;
    const preview = settings === undefined ? null : previewDigest({ of: 'values', yaml, settings });
    const perform: Work['perform'] = async (how) => {
      const result = await this.parts.run({ ...request, ...how });
      return { end: { state: 'done', result }, scopes: result.scopes ?? 0, readRows: result.readRows ?? 0 };
    };
    return this.queue({ ruleId: rule.id, maxSeconds: TRIAL_MAX_SECONDS, perform }, { askedBy, digest, preview, reach });
  }

  /** The same of a switch of several rules, in the same queue. */
  async startSwitch(askedBy: string, { epoch, ...request }: Asked<SwitchPreviewRequest> & { epoch: number }): Promise<string> {
    const preview = previewDigest({ of: 'switch', change: request.change, epoch });
    const perform: Work['perform'] = async (how) => {
      const patience = AbortSignal.timeout(SWITCH_PREVIEW_MAX_SECONDS * SECOND_MS);
      const switched = await this.parts.previewSwitch({ ...request, ...how, patience });
      return { end: { state: 'done', switched }, scopes: 0, readRows: 0 };
    };
    const maxSeconds = SWITCH_PREVIEW_MAX_SECONDS + SWITCH_PREVIEW_END_SECONDS;
    return this.queue({ ruleId: null, maxSeconds, perform }, { askedBy, digest: null, preview, reach: request.reach });
  }

  private async queue(
    work: Work,
    { askedBy, reach, ...of }: { askedBy: string; digest: string | null; preview: string | null; reach: Reach },
  ): Promise<string> {
    for (const id of await this.parts.store.unfinishedOf(askedBy)) await this.end(id);
    if (this.stopped) throw new RefusedError('too-many', STOPPING);
    if (this.waiting.length + this.starting >= MAX_WAITING_TRIALS)
      throw new RefusedError(
        'too-many',
        `已有 ${MAX_WAITING_TRIALS + 1} 条规则在试或排队，请等一两分钟再试（有人在算一批规则的，可能要十几分钟）；急用时请让正在试的人取消`,
      );
    const job: Job = { ...work, id: this.parts.ids.next(), ending: new AbortController(), progress: 0 };
    this.starting++;
    try {
      // Before it waits for its turn: one that is not written down would pass for one that somebody has cancelled.
      await this.parts.store.add({ id: job.id, askedBy, ...of, reach: trialReachOf(reach) });
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

  /**
   * Throws RefusedError `conflict` unless the person has seen what this would change, by the data as they are; and still may: what was seen of the county
   * before somebody's reach became smaller is not theirs. Returns how many rules of a switch were not counted, and how many of the others were not all judged yet;
   * of one of which none was counted, nothing was seen.
   */
  async requirePreview(reach: Reach, id: string, previewed: Previewed): Promise<{ uncounted: number; underWay: number }> {
    const seen = await this.parts.store.previewed(id, reach.userId, previewDigest(previewed));
    if (!seen || !isTrialWithin(reach, seen.reach)) throw new RefusedError('conflict', UNSEEN[previewed.of]);
    if (seen.outdated) throw new RefusedError('conflict', dataCame(BUTTONS[previewed.of]));
    const rules = seen.switched?.rules ?? [];
    const uncounted = rules.filter((rule) => rule.uncounted !== null).length;
    if (uncounted > 0 && uncounted === rules.length) throw new RefusedError('conflict', NOTHING_COUNTED);
    return { uncounted, underWay: rules.filter((rule) => rule.uncounted === null && rule.underWay === true).length };
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
    const { store, logger, clock } = this.parts;
    const fromMs = clock.nowMs();
    const limit = AbortSignal.timeout(job.maxSeconds * SECOND_MS);
    const signal = AbortSignal.any([job.ending.signal, limit]);
    const done = new AbortController();
    const beating = this.beatUntil(job, done.signal);
    try {
      signal.throwIfAborted();
      await store.beginsToRead(job.id);
      const { end, ...took } = await job.perform({ signal, onProgress: (progress) => void (job.progress = progress) });
      await store.end(job.id, end);
      await this.note(job, { fromMs, ...took, failure: null });
    } catch (error) {
      if (errorKind(error) === 'unknown' && !signal.aborted) logger.error({ err: error }, 'a trial of a rule failed');
      await store
        .end(job.id, endOf(error, { ending: job.ending.signal, limit, maxSeconds: job.maxSeconds }))
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
    const { ruleId } = job;
    // What several have taken nobody can tell apart.
    if (ruleId === null) return;
    log.add(ruleId, 'trial', { runs: 1, spentMs: Math.max(0, clock.nowMs() - fromMs), scopes, readRows });
    if (failure !== null) log.failed(ruleId, 'trial', failure);
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

function endOf(error: unknown, { ending, limit, maxSeconds }: { ending: AbortSignal; limit: AbortSignal; maxSeconds: number }) {
  if (ending.aborted && ending.reason instanceof TrialCancelled) return { state: 'cancelled' } as const;
  const failure = ending.aborted ? STOPPING : limit.aborted ? tooLong(maxSeconds) : wordsOf(error);
  return { state: 'failed', failure } as const;
}

function wordsOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  return errorKind(error) === 'retriable' ? BUSY : BROKEN;
}
