import type { EvaluationGroup, Sweeper, SweepReason } from '@tianyan/findings';
import { chinaDayOf, HOUR_MS, RefusedError, startOfChinaDayMs, type Clock, type IdSource } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { CorrelatorMetrics } from './metrics.js';
import type { RuleActivation } from './rule-activation.js';

/** The nightly sweep begins at this time of the county's day: exports of the night before are in, nobody works yet. */
const NIGHTLY_AFTER_MS = 3 * HOUR_MS;

/** Starts sweeps, one at a time: by hand, and one every night. */
export class Sweeps {
  private running: Promise<void> | null = null;
  private lastNightlyDay: string | null = null;

  constructor(
    private readonly parts: {
      activation: RuleActivation;
      sweeper: Sweeper;
      metrics: CorrelatorMetrics;
      ids: IdSource;
      countyClock: Clock;
      machineClock: Clock;
      logger: Logger;
    },
  ) {}

  /** Returns at once; the sweep goes on. Throws RefusedError `conflict` while one is running, `not-found` for no such rules. */
  start(input: { ruleIds: readonly string[] | null; reason: SweepReason }): { sweepId: string } {
    if (this.running) throw new RefusedError('conflict', '正在巡检，请等这一次结束后再开始。');
    const groups = this.groupsOf(input.ruleIds);
    if (groups.length === 0) throw new RefusedError('not-found', '没有可以巡检的规则：数据还在首次载入，或规则不存在。');
    const sweepId = this.parts.ids.next();
    this.running = this.run(sweepId, groups, input.reason).finally(() => {
      this.running = null;
    });
    return { sweepId };
  }

  /** Starts the nightly sweep once a county day, after its hour; otherwise does nothing. */
  startNightlyIfDue(): void {
    const nowMs = this.parts.countyClock.nowMs();
    const day = chinaDayOf(nowMs);
    const isNight = nowMs - startOfChinaDayMs(day) >= NIGHTLY_AFTER_MS;
    if (!isNight || this.lastNightlyDay === day || this.running || this.parts.activation.active().length === 0) return;
    this.lastNightlyDay = day;
    this.start({ ruleIds: null, reason: 'scheduled' });
  }

  /** Resolves when no sweep is running. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Rules over one scope are evaluated together, so naming one sweeps its group. */
  private groupsOf(ruleIds: readonly string[] | null): readonly EvaluationGroup[] {
    const active = this.parts.activation.active();
    return ruleIds === null ? active : active.filter((group) => group.rules.some((rule) => ruleIds.includes(rule.id)));
  }

  private async run(sweepId: string, groups: readonly EvaluationGroup[], reason: SweepReason): Promise<void> {
    const { sweeper, metrics, machineClock, logger } = this.parts;
    try {
      const result = await sweeper.run({ reason, groups, differencesAre: 'drift' }, sweepId);
      metrics.drift = { findings: result.driftFindings, wakeUps: result.driftWakeUps, sweptAtMs: machineClock.nowMs() };
      logger.info(result, 'sweep done');
    } catch (error) {
      // The sweep's own record says that it failed; live work goes on, and the next sweep looks again.
      logger.error({ err: error, sweepId }, 'sweep failed');
    }
  }
}
