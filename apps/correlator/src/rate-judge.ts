import type { EvaluationGroup, EvaluationTickets, OpenLoads, Sweeper, SweepLog, TouchedCohorts } from '@tianyan/findings';
import { DAY_MS, errorKind, type Clock, type IdSource } from '@tianyan/kernel';
import type { NamedLock } from '@tianyan/postgres';
import type { Logger } from 'pino';
import type { RuleActivation } from './rule-activation.js';
import { lockOf } from './sweeps.js';

/** What a judgement at its rate left behind is kept so long where it changed nothing: a rule of five minutes makes 288 a day. */
const KEPT_MS = DAY_MS;

/**
 * Judges, each at its rate, the rules of which no touched scope says what to judge again: whole, or the cohorts that were touched where a rule
 * states by what it compares.
 */
export class RateJudge {
  constructor(
    private readonly parts: {
      activation: Pick<RuleActivation, 'active'>;
      sweeper: Sweeper;
      log: SweepLog;
      loads: Pick<OpenLoads, 'unjudged'>;
      cohorts: TouchedCohorts;
      tickets: Pick<EvaluationTickets, 'nextNowMs'>;
      lock: NamedLock;
      ids: IdSource;
      /** A rate spares the machine, so it is the machine's time. */
      machineClock: Clock;
      /** What exists is a matter of the county's. */
      countyClock: Clock;
      logger: Logger;
    },
  ) {}

  /**
   * Those whose time has come, one after the other; returns how many. To be called by one correlator at a time. A failure leaves the rule for its
   * next turn: the log says what it was, and a rule that fails by itself is set aside by then.
   */
  async round(): Promise<number> {
    const due = await this.due();
    for (const group of due) await this.judge(group);
    return due.length;
  }

  /** Takes away what tells nobody anything. */
  async forget(): Promise<void> {
    await this.parts.log.forgetIdle('at-rate', this.parts.machineClock.nowMs() - KEPT_MS);
  }

  private async due(): Promise<EvaluationGroup[]> {
    const { activation, log, loads, machineClock } = this.parts;
    const whole = (await activation.active()).groups.filter(({ everyMs }) => everyMs !== undefined);
    if (whole.length === 0) return [];
    // Of half a load a rule could say what it would not say of the whole.
    const loading = new Set((await loads.unjudged()).flatMap(({ types }) => types));
    const judged = await log.lastOfRules(whole.flatMap((group) => group.rules.map(({ id }) => id)));
    const nowMs = machineClock.nowMs();
    return whole.filter(({ rules: [rule], recordTypes, everyMs = 0 }) => {
      const lastMs = judged.get(rule?.id ?? '');
      // A clock that was put back must not keep a rule waiting.
      const isDue = lastMs === undefined || Math.abs(nowMs - lastMs) >= everyMs;
      return isDue && !recordTypes.some((type) => loading.has(type));
    });
  }

  /** One of them, whether its time has come or not. */
  async judge(group: EvaluationGroup): Promise<void> {
    const { lock, ids, logger } = this.parts;
    const sweepId = ids.next();
    try {
      await lock.alone(lockOf(sweepId), () => this.sweep(group, sweepId));
    } catch (error) {
      if (errorKind(error) !== 'retriable') throw error;
      logger.warn({ err: error, sweepId, group: group.groupId }, 'a rule that is judged at its rate waits for its next turn');
    }
  }

  /** What was touched is taken back when it has been judged; a process that dies before that leaves it to the next. */
  private async sweep(group: EvaluationGroup, sweepId: string): Promise<void> {
    const { sweeper, cohorts, tickets, countyClock } = this.parts;
    const whole = { reason: 'at-rate', groups: [group], differencesAre: 'expected' } as const;
    const [rule] = group.rules;
    if (!rule || !group.cohorts) return void (await sweeper.run(whole, sweepId));
    const touched = await cohorts.unjudged(group, await tickets.nextNowMs(countyClock.nowMs()));
    const { leftOut } = await sweeper.run({ ...whole, touched }, sweepId);
    if (leftOut.length === 0) await cohorts.judged(rule.id, touched, sweepId);
  }
}
