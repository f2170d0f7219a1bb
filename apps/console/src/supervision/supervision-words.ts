import type { UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, RefusedError, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import { REMIND_WORKING_DAYS } from '@tianyan/supervision';
import type { SupervisionWords } from './supervision-answers.js';

/** Names, and how near what is due: for each answer anew. */
export class SupervisionWording {
  constructor(
    private readonly parts: {
      names: NamesDirectory;
      users: Pick<UserStore, 'everybody'>;
      countyClock: Clock;
      calendar: WorkingCalendar;
    },
  ) {}

  async now(): Promise<SupervisionWords> {
    const { names, users, countyClock, calendar } = this.parts;
    const [current, accounts] = await Promise.all([names.refresh(), users.everybody()]);
    const nowMs = countyClock.nowMs();
    return {
      names: current,
      people: new Map(accounts.map(({ id, displayName }) => [id, displayName])),
      nowMs,
      soonMs: calendar.addWorkingDays(nowMs, REMIND_WORKING_DAYS),
      today: chinaDayOf(nowMs),
    };
  }

  /** Before the directory is loaded nobody knows which there are. Throws RefusedError('invalid'). */
  async assertUnit(code: string): Promise<void> {
    const { units } = await this.parts.names.refresh();
    if (units.length === 0 || units.some(({ unitId }) => unitId === code)) return;
    throw new RefusedError('invalid', '单位名录里没有这个单位，请从列表中选择。');
  }
}
