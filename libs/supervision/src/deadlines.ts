import type { WorkingCalendar } from '@tianyan/calendar';
import type { UserStore } from '@tianyan/access';
import { tellDeadlines, type Deadlines, type Reminder } from '@tianyan/cases';
import type { Clock } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import type { ClientBase, Pool } from '@tianyan/postgres';
import type { z } from 'zod';

/** So many working days before the end a unit is reminded: as of clues. */
export const REMIND_WORKING_DAYS = 1;

/** What tells of deadlines works with. */
export interface ReminderParts {
  pool: Pool;
  countyClock: Clock;
  calendar: WorkingCalendar;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

/** Tells of these deadlines, as of clues: each once, and one that nobody is left for when somebody has come. */
export function tellDue<S extends z.ZodType<{ id: string }>>(
  { pool, countyClock, calendar }: Pick<ReminderParts, 'pool' | 'countyClock' | 'calendar'>,
  of: Deadlines<S>,
  what: Reminder,
  tell: (client: ClientBase, one: z.output<S>) => Promise<boolean>,
): Promise<number> {
  const nowMs = countyClock.nowMs();
  return tellDeadlines(pool, of, { what, nowMs, soonMs: calendar.addWorkingDays(nowMs, REMIND_WORKING_DAYS) }, tell);
}
