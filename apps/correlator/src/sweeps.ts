import { SweepGivenUpError, type EvaluationGroup, type Sweeper, type SweepLog, type SweepReason } from '@tianyan/findings';
import { chinaDayOf, HOUR_MS, RefusedError, startOfChinaDayMs, type Clock, type IdSource } from '@tianyan/kernel';
import type { NamedLock } from '@tianyan/postgres';
import type { AskedSweep } from '@tianyan/runtime';
import type { Logger } from 'pino';
import type { CorrelatorMetrics } from './metrics.js';
import type { RuleActivation } from './rule-activation.js';

/** The nightly sweep begins at this time of the county's day: exports of the night before are in, nobody works yet. */
const NIGHTLY_AFTER_MS = 3 * HOUR_MS;

/** A nightly sweep that failed is tried again after this: it may have failed because live work could not keep up. */
const NIGHTLY_RETRY_MS = HOUR_MS;

const NO_RULES = '没有可以巡检的规则：数据还在首次载入，或规则不存在。';

type Outcome = 'ended' | 'given-up';

interface BegunSweep {
  sweepId: string;
  groups: readonly EvaluationGroup[];
  reason: SweepReason;
  /** By which the groups were chosen; null: all. */
  ruleIds: readonly string[] | null;
}

/** Starts sweeps, one at a time in this process: by hand, and one every night. */
export class Sweeps {
  private running: Promise<Outcome> | null = null;
  private lastNightlyDay: string | null = null;
  private nightlyNotBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: {
      activation: RuleActivation;
      sweeper: Sweeper;
      /** Takes over the newest set of rules. */
      takeOverRules: () => Promise<void>;
      /** Keeps a sweep that was given up for the next start, here or in another process. */
      repeatLater: (asked: AskedSweep) => Promise<void>;
      log: SweepLog;
      lock: NamedLock;
      metrics: CorrelatorMetrics;
      ids: IdSource;
      countyClock: Clock;
      machineClock: Clock;
      logger: Logger;
    },
  ) {}

  /** Returns at once; the sweep goes on. Throws RefusedError `conflict` while one is running, `not-found` for no such rules. */
  async start(input: { ruleIds: readonly string[] | null; reason: SweepReason }): Promise<{ sweepId: string }> {
    const groups = await this.groupsOf(input.ruleIds);
    if (this.running) throw new RefusedError('conflict', '正在巡检，请等这一次结束后再开始。');
    if (groups.length === 0) throw new RefusedError('not-found', NO_RULES);
    const sweepId = this.parts.ids.next();
    void this.begin({ sweepId, groups, ...input }, { sweepId, ruleIds: input.ruleIds });
    return { sweepId };
  }

  /** A sweep that was asked for in another process; resolves when it has ended, or was given up and is to be done again. */
  async runRequested(input: AskedSweep): Promise<Outcome> {
    const groups = await this.groupsOf(input.ruleIds);
    while (this.running) await this.running;
    if (groups.length === 0) {
      const { log, countyClock, machineClock } = this.parts;
      const times = { startedAtMs: machineClock.nowMs(), nowMs: countyClock.nowMs() };
      await log.begin({ id: input.sweepId, reason: 'manual', ruleIds: [...(input.ruleIds ?? [])], ...times });
      await log.end(input.sweepId, { finishedAtMs: machineClock.nowMs(), failure: NO_RULES });
      return 'ended';
    }
    return this.begin({ ...input, groups, reason: 'manual' });
  }

  /** Starts the nightly sweep once a county day, after its hour, whichever process; otherwise does nothing. */
  async startNightlyIfDue(): Promise<void> {
    const nowMs = this.parts.countyClock.nowMs();
    const day = chinaDayOf(nowMs);
    const isNight = nowMs - startOfChinaDayMs(day) >= NIGHTLY_AFTER_MS;
    if (!isNight || this.lastNightlyDay === day || this.parts.machineClock.nowMs() < this.nightlyNotBeforeMs) return;
    const [{ groups }, lastMs] = await Promise.all([this.parts.activation.active(), this.parts.log.lastNowMs('scheduled')]);
    if (this.running || groups.length === 0) return;
    // Rules are being judged over everything for the first time: to look for drift beside it takes both twice as long, and says nothing.
    if ((await this.parts.log.running()).some(({ reason }) => reason === 'changed-rules')) return;
    this.lastNightlyDay = day;
    if (lastMs !== null && chinaDayOf(lastMs) === day) return;
    void this.begin({ sweepId: this.parts.ids.next(), groups, reason: 'scheduled', ruleIds: null });
  }

  /** Ends the entries of sweeps whose process died. To be called by the one correlator that does what time brings. */
  async endDead(): Promise<void> {
    const { log, lock, machineClock } = this.parts;
    for (const { id, reason } of await log.running()) {
      const end = () => log.endInterrupted(id, machineClock.nowMs()).then(() => true);
      // First sweeps of rules are made by the caller's kind, which is not at one now.
      if (reason === 'changed-rules') await end();
      else if (reason !== 'first-load') await lock.alone(lockOf(id), end);
    }
  }

  /** Gives up the sweep that is running, for good: the process is about to stop. */
  giveUp(): void {
    this.parts.sweeper.giveUp();
  }

  /** Resolves when no sweep is running. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Rules over one scope are evaluated together, so naming one sweeps its group. */
  private async groupsOf(ruleIds: readonly string[] | null): Promise<readonly EvaluationGroup[]> {
    const { groups } = await this.parts.activation.active();
    return ruleIds === null ? groups : groups.filter((group) => group.rules.some((rule) => ruleIds.includes(rule.id)));
  }

  /**
   * Resolves when the sweep has ended, well or not.
   * @param asked what to keep for the next start if it is given up; the others come again by themselves
   */
  private begin(begun: BegunSweep, asked?: AskedSweep): Promise<Outcome> {
    const running = this.run(begun, asked).finally(() => {
      this.running = null;
    });
    this.running = running;
    return running;
  }

  private async run({ sweepId, groups, reason, ruleIds }: BegunSweep, asked?: AskedSweep): Promise<Outcome> {
    const { sweeper, lock, metrics, machineClock, logger } = this.parts;
    const judgedNow = async () => {
      await this.parts.takeOverRules();
      return this.groupsOf(ruleIds);
    };
    try {
      const request = { reason, groups, differencesAre: 'drift', judgedNow } as const;
      // Held for as long as the sweep lives, so that others know whether it does.
      const result = await lock.alone(lockOf(sweepId), () => sweeper.run(request, sweepId));
      if (result === null) return 'ended';
      metrics.drift = { findings: result.driftFindings, wakeUps: result.driftWakeUps, sweptAtMs: machineClock.nowMs() };
      logger.info(result, 'sweep done');
    } catch (error) {
      if (error instanceof SweepGivenUpError) {
        logger.info({ sweepId }, 'sweep given up because the process stops');
        if (asked) await this.keep(asked);
        return 'given-up';
      }
      // The sweep's own record says that it failed; live work goes on, and the next sweep looks again.
      logger.error({ err: error, sweepId }, 'sweep failed');
      if (reason !== 'scheduled') return 'ended';
      this.lastNightlyDay = null;
      this.nightlyNotBeforeMs = machineClock.nowMs() + NIGHTLY_RETRY_MS;
    }
    return 'ended';
  }

  private async keep(asked: AskedSweep): Promise<void> {
    try {
      await this.parts.repeatLater(asked);
    } catch (error) {
      // Its entry says that it was interrupted; whoever asked for it can ask again.
      this.parts.logger.warn({ err: error, sweepId: asked.sweepId }, 'a sweep that was given up could not be kept');
    }
  }
}

/** Name of the lock that a sweep holds as long as it lives. */
export function lockOf(sweepId: string): string {
  return `correlator/sweep/${sweepId}`;
}
