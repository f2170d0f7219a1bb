import { DAY_MS, HOUR_MS, MINUTE_MS, RefusedError, RetriableError, toChinaMinute, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from './commit-lock.js';
import { beginEpoch } from './rule-sets/epoch.js';

/** How far the county's clock may be from the evaluation clock before nothing is evaluated; null: any distance. */
export interface ClockLimits {
  aheadMs: number | null;
  behindMs: number | null;
}

/**
 * For a county whose time is the machine's. Ahead: a platform that stood still for a month is asked whether the time is right;
 * less than that a wrong clock does not make every deadline due for good. Behind: clocks are set back by seconds, not by hours;
 * an hour behind, deadlines have been missed that were not.
 */
export const REAL_CLOCK_LIMITS: ClockLimits = { aheadMs: 31 * DAY_MS, behindMs: HOUR_MS };
/** For a date that a person has set: it may be set later at will. */
export const SET_CLOCK_LIMITS: ClockLimits = { aheadMs: null, behindMs: HOUR_MS };
/** For a simulated county, which runs as fast as somebody likes. */
export const NO_CLOCK_LIMITS: ClockLimits = { aheadMs: null, behindMs: null };

/**
 * By whose time the county's is: not bounded for a simulated one that is followed, forwards not for a date that was set. What a
 * process might have started and did not has no say: every other clock is the machine's, which may jump.
 */
export function clockLimits(county: { asOfMs: EpochMs | null; sandboxServer: object | null }): ClockLimits {
  if (county.sandboxServer !== null) return NO_CLOCK_LIMITS;
  return county.asOfMs === null ? REAL_CLOCK_LIMITS : SET_CLOCK_LIMITS;
}

export type ClockTrouble = 'ahead' | 'behind';

export interface ClockState {
  /** The evaluation clock; 0 before anything was evaluated. */
  evaluationNowMs: EpochMs;
  countyNowMs: EpochMs;
  /** The county's clock is a date that a person has set (TIANYAN_NOW), and not the machine's. */
  isSet: boolean;
  /** The county's clock is too far ahead of the evaluation clock, or behind it: nothing is evaluated. */
  trouble: ClockTrouble | null;
}

/** Nothing is evaluated until a person has settled which time it is. Retriable: then everything goes on where it stood. */
export class ClockJumpError extends RetriableError {
  override readonly name = 'ClockJumpError';
}

/** So often a platform with nothing to do notes that time passes. */
const ADVANCE_AFTER_MS = MINUTE_MS;

/** What to say of it and what to do, in Chinese; null when all is well. */
export function clockWords(state: ClockState): string | null {
  const { evaluationNowMs, countyNowMs, isSet, trouble } = state;
  const times = clockTimes(state);
  if (trouble === 'ahead')
    return `研判已停止：时间向前跳了 ${days(countyNowMs - evaluationNowMs)} 天（${times}）。时间有误的，请校准机器时间，研判会自动恢复；时间无误的（例如平台停用了很久），请管理员确认“按现在的时间继续”。`;
  if (trouble === 'behind' && isSet)
    return `研判已停止：TIANYAN_NOW 指定的时间早于研判时钟（${times}）。指定错了的，请改正后重新启动；确实要按更早的时间研判的，请管理员选择“按现在的时间全部重算”，多报的疑点会撤回。`;
  if (trouble === 'behind')
    return `研判已停止：机器时间比研判时钟慢（${times}）。机器时间有误的，请先校准；研判时钟有误的（机器时间曾经跑快过），请管理员选择“按现在的时间全部重算”，多报的疑点会撤回。`;
  return null;
}

/** What the county's clock is called. */
export function countyClockName({ isSet }: Pick<ClockState, 'isSet'>): string {
  return isSet ? '指定时间' : '机器时间';
}

/** Both clocks, for people. */
export function clockTimes(state: ClockState): string {
  return `${countyClockName(state)} ${toChinaMinute(state.countyNowMs)}，研判时钟 ${toChinaMinute(state.evaluationNowMs)}`;
}

/** What to say of two clocks that are within the limits, in Chinese: they may still be days apart. */
export function withinLimitsWords({ evaluationNowMs, countyNowMs }: ClockState): string {
  if (evaluationNowMs === 0) return '还没有研判过，不需要处理。';
  const aheadMs = countyNowMs - evaluationNowMs;
  // A platform at work notes the time so often.
  if (Math.abs(aheadMs) <= ADVANCE_AFTER_MS) return '两个时钟一致，不需要处理。';
  if (aheadMs > 0)
    return `研判时钟比现在的时间慢 ${span(aheadMs)}：平台停着时它不走，平台启动后自动跟上，其间到期的一并研判。不需要处理。`;
  return `研判时钟比现在的时间快 ${span(-aheadMs)}，不到停止研判的程度：它只往前走，等时间赶上来。不需要处理。`;
}

function span(spanMs: number): string {
  if (spanMs >= DAY_MS) return `${days(spanMs)} 天`;
  return spanMs >= HOUR_MS ? `${Math.floor(spanMs / HOUR_MS)} 小时` : `${Math.floor(spanMs / MINUTE_MS)} 分钟`;
}

function days(spanMs: number): number {
  return Math.floor(spanMs / DAY_MS);
}

function troubleOf(evaluationNowMs: EpochMs, countyNowMs: EpochMs, limits: ClockLimits): ClockTrouble | null {
  if (evaluationNowMs === 0) return null;
  if (limits.aheadMs !== null && countyNowMs - evaluationNowMs > limits.aheadMs) return 'ahead';
  return limits.behindMs !== null && evaluationNowMs - countyNowMs > limits.behindMs ? 'behind' : null;
}

export function clockState(evaluationNowMs: EpochMs, countyNowMs: EpochMs, limits: ClockLimits): ClockState {
  // Only a date that was set is bounded backwards and not forwards.
  const isSet = limits.aheadMs === null && limits.behindMs !== null;
  return { evaluationNowMs, countyNowMs, isSet, trouble: troubleOf(evaluationNowMs, countyNowMs, limits) };
}

/** Part of an UPDATE of the clock by the county's `$1`, with the limits `$2` and `$3`: the row is found only within them. */
export const WITHIN_LIMITS_SQL = `now_ms = 0 OR (($2::bigint IS NULL OR $1 - now_ms <= $2) AND ($3::bigint IS NULL OR now_ms - $1 <= $3))`;

const nowSchema = z.object({ now_ms: z.int() });

/** The evaluation clock; 0 before anything was evaluated. */
export async function readEvaluationNowMs(client: Queryable): Promise<EpochMs> {
  return (await maybeRow(client, nowSchema, 'SELECT now_ms FROM finding_clock'))?.now_ms ?? 0;
}

/** The evaluation clock beside the county's: whether they agree, and what a person does when they do not. */
export class EvaluationClock {
  constructor(
    private readonly pool: Pool,
    private readonly limits: ClockLimits,
  ) {}

  async state(countyNowMs: EpochMs): Promise<ClockState> {
    return this.stateOf(this.pool, countyNowMs);
  }

  /** Notes that time has passed where nothing was to be evaluated. Throws {@link ClockJumpError}. */
  async advance(countyNowMs: EpochMs): Promise<void> {
    const state = await this.state(countyNowMs);
    assertInStep(state);
    if (state.evaluationNowMs === 0 || countyNowMs - state.evaluationNowMs < ADVANCE_AFTER_MS) return;
    await execute(this.pool, `UPDATE finding_clock SET now_ms = greatest(now_ms, $1) WHERE ${WITHIN_LIMITS_SQL}`, [
      countyNowMs,
      this.limits.aheadMs,
      this.limits.behindMs,
    ]);
  }

  /** The county's time is right, whatever the distance: what has become due meanwhile is due. Throws RefusedError `conflict`. */
  async accept(countyNowMs: EpochMs): Promise<void> {
    await this.settle('ahead', countyNowMs, async () => {});
  }

  /**
   * The evaluation clock was wrong: it goes back to the county's time, and every rule is swept, in whichever process. Answers of
   * the wrong time that are still under way are refused. Throws RefusedError `conflict`.
   */
  async reset(countyNowMs: EpochMs): Promise<void> {
    await this.settle('behind', countyNowMs, async (client) => {
      // As after a change of every rule: who takes the new epoch over finds none that was ever swept.
      await execute(client, 'DELETE FROM finding_rule');
      await beginEpoch(client, { actor: null, reason: '研判时钟已回拨，全部规则重新巡检', atMs: countyNowMs });
    });
  }

  private async settle(
    trouble: ClockTrouble,
    countyNowMs: EpochMs,
    further: (client: ClientBase) => Promise<void>,
  ): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      const state = await this.stateOf(client, countyNowMs);
      if (state.trouble !== trouble) throw new RefusedError('conflict', clockWords(state) ?? withinLimitsWords(state));
      await execute(client, 'UPDATE finding_clock SET now_ms = $1', [countyNowMs]);
      await further(client);
    });
  }

  private async stateOf(client: Queryable, countyNowMs: EpochMs): Promise<ClockState> {
    return clockState(await readEvaluationNowMs(client), countyNowMs, this.limits);
  }
}

/** Throws {@link ClockJumpError} with what to do. */
export function assertInStep(state: ClockState): void {
  const words = clockWords(state);
  if (words !== null) throw new ClockJumpError(words);
}
