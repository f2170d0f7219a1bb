import { type Actor, type AuditLog } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { clockTimes, clockWords, countyClockName, type ClockState, type EvaluationClock } from '@tianyan/findings';
import { MINUTE_MS, toChinaMinute, type Clock } from '@tianyan/kernel';
import type { FileCheck } from '@tianyan/files';
import type { DiskSpace } from '@tianyan/runtime';
import type { Advisory, Advisories, SettleClockRequest } from '../api/index.js';

/** The evaluation clock moves on once a minute where nothing is to be judged; further apart than this they differ. */
const IN_STEP_MS = 5 * MINUTE_MS;

/** What everybody should know of the platform's own state: a full disk, years without holidays, clocks that do not agree. */
export class AdvisoryCases {
  constructor(
    private readonly parts: {
      calendar: WorkingCalendar;
      clock: EvaluationClock;
      countyClock: Clock;
      /** History is judged as of this instant; null: as of now. */
      asOfMs: number | null;
      /** A simulated county's days pass in minutes: its clock is always ahead of the last evaluation. */
      simulated: boolean;
      disk: DiskSpace;
      files: Pick<FileCheck, 'countFaults'>;
      audit: AuditLog;
    },
  ) {}

  async list(): Promise<Advisories> {
    const { calendar, clock, countyClock, asOfMs, simulated, disk, files } = this.parts;
    const state = await clock.state(countyClock.nowMs());
    const { countyNowMs, evaluationNowMs } = state;
    const spoilt = await files.countFaults();
    const items = [
      ...(spoilt > 0 ? [filesAdvisory(spoilt)] : []),
      ...((await disk.isLow()) ? [diskAdvisory((await disk.freeBytes()) ?? 0)] : []),
      ...clockAdvisories(state, simulated),
      ...(asOfMs === null ? [] : [asOfAdvisory(asOfMs)]),
      ...calendar
        .warnings(countyNowMs)
        .map((text): Advisory => ({ key: `calendar-${text}`, severity: 'warning', text, action: null })),
    ];
    return { items, countyNowMs, evaluationNowMs };
  }

  async settleClock(actor: Actor, { action, reason }: SettleClockRequest): Promise<Advisories> {
    const { audit, clock, countyClock } = this.parts;
    await audit.record(actor, { action: 'settle-clock', object: `clock/${action}`, reason });
    await clock[action](countyClock.nowMs());
    return this.list();
  }
}

function clockAdvisories(state: ClockState, simulated: boolean): Advisory[] {
  const { trouble, evaluationNowMs, countyNowMs } = state;
  const words = clockWords(state);
  if (words !== null)
    return [
      { key: `clock-${trouble}`, severity: 'error', text: words, action: trouble === 'ahead' ? 'accept-clock' : 'reset-clock' },
    ];
  const apartMs = evaluationNowMs - countyNowMs;
  if (simulated || evaluationNowMs === 0 || Math.abs(apartMs) <= IN_STEP_MS) return [];
  const why =
    apartMs > 0
      ? `研判时钟只往前走，会停在这里等${countyClockName(state)}赶上。`
      : '研判正在赶上；如果一直不动，请查看“巡检”和运行日志。';
  return [{ key: 'clock-apart', severity: 'info', text: `两个时钟不一致：${clockTimes(state)}。${why}`, action: null }];
}

function asOfAdvisory(asOfMs: number): Advisory {
  const text = `平台按 ${toChinaMinute(asOfMs)} 的情况研判历史数据（TIANYAN_NOW），不是今天。`;
  return { key: 'as-of', severity: 'info', text, action: null };
}

function filesAdvisory(count: number): Advisory {
  const text = `有 ${count} 个附件的内容在存储里缺失或被改动。请管理员按运行日志里的校验值从备份恢复，恢复后下一次检查自动消除。`;
  return { key: 'files-spoilt', severity: 'error', text, action: null };
}

function diskAdvisory(freeBytes: number): Advisory {
  const freeMb = Math.floor(freeBytes / 1024 ** 2);
  const text = `服务器磁盘将满，只剩 ${freeMb} MB。新数据可能暂时不能入库，已接收的数据不会丢失。请管理员清理或扩大磁盘，之后自动恢复。`;
  return { key: 'disk-full', severity: 'error', text, action: null };
}
