import type { WorkingCalendar } from '@tianyan/calendar';
import type { UserStore } from '@tianyan/access';
import type { Clock, EpochMs } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { rows, type ClientBase, type Pool } from '@tianyan/postgres';
import type { z } from 'zod';

/** So many working days before the end a unit is reminded: as of clues. */
export const REMIND_WORKING_DAYS = 1;
/** Told in one round; the next goes on while there is more. */
const MAX_PER_ROUND = 100;

export type Reminder = 'due-soon' | 'overdue';

/** What tells of deadlines works with. */
export interface ReminderParts {
  pool: Pool;
  countyClock: Clock;
  calendar: WorkingCalendar;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

/** Takes note that people are told of these deadlines, each once: whoever asks at the same moment gets others. In the transaction that tells. */
export async function takeDue<S extends z.ZodType>(
  client: ClientBase,
  of: { table: string; alias: string; columns: string; schema: S },
  what: Reminder,
  { nowMs, calendar }: { nowMs: EpochMs; calendar: WorkingCalendar },
): Promise<z.output<S>[]> {
  const { table, alias, columns, schema } = of;
  const told = what === 'overdue' ? 'overdue_told_ms' : 'soon_told_ms';
  const due = what === 'overdue' ? 'due_at_ms < $1' : 'due_at_ms >= $1 AND due_at_ms <= $2';
  return rows(
    client,
    schema,
    `UPDATE ${table} ${alias} SET ${told} = due_at_ms WHERE ${alias}.id IN (
       SELECT id FROM ${table} WHERE ${due} AND $2::bigint >= $1 AND ${told} IS DISTINCT FROM due_at_ms
       ORDER BY id LIMIT ${MAX_PER_ROUND} FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}`,
    [nowMs, calendar.addWorkingDays(nowMs, REMIND_WORKING_DAYS)],
  );
}
