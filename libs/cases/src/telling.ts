import type { EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import type { z } from 'zod';

/** Told in one transaction; what comes after it is told in the next. */
export const MAX_TOLD_AT_ONCE = 100;

export type Reminder = 'due-soon' | 'overdue';

/** Column of the deadline of which people were told, by what it says. */
const TOLD_MARKS: Readonly<Record<Reminder, string>> = { 'due-soon': 'soon_told_ms', overdue: 'overdue_told_ms' };

/** A table of what has deadlines, with two marks of what was told for each of those who are told by themselves. */
export interface Deadlines<S> {
  table: string;
  alias: string;
  columns: string;
  schema: S;
  /** Before the names of the marks: whose they are. Missing: those of the office. */
  marks?: '' | 'unit_';
  /** Where its clock runs; missing: always. */
  runs?: string;
}

/**
 * Page by page, until something was told: what nobody is left for stays as it is, and what comes after it does not wait behind it.
 * @param page tells of what comes after this id; `lastId` null: there is no more
 */
export async function untilTold(page: (afterId: string) => Promise<{ told: number; lastId: string | null }>): Promise<number> {
  let afterId = '';
  for (;;) {
    const { told, lastId } = await page(afterId);
    if (told > 0 || lastId === null) return told;
    afterId = lastId;
  }
}

/** A deadline of which people were told is told once more, where it is still near, or over. */
export async function tellAgain(
  client: ClientBase,
  { table, marks = '' }: Pick<Deadlines<unknown>, 'table' | 'marks'>,
  id: string,
  what: Reminder,
): Promise<void> {
  await execute(client, `UPDATE ${table} SET ${marks}${TOLD_MARKS[what]} = NULL WHERE id = $1`, [id]);
}

/**
 * Tells of the deadlines that are near, or over, each once: whoever asks at the same moment gets others. One that `tell` finds nobody for is asked about
 * again, so that whoever comes is told. Returns how many were told.
 */
export async function tellDeadlines<S extends z.ZodType<{ id: string }>>(
  pool: Pool,
  { table, alias, columns, schema, marks = '', runs = 'true' }: Deadlines<S>,
  { what, nowMs, soonMs }: { what: Reminder; nowMs: EpochMs; soonMs: EpochMs },
  tell: (client: ClientBase, one: z.output<S>) => Promise<boolean>,
): Promise<number> {
  const mark = `${marks}${TOLD_MARKS[what]}`;
  const at = `${alias}.due_at_ms`;
  const due = what === 'overdue' ? `${at} < $1` : `${at} >= $1 AND ${at} <= $2`;
  return untilTold(async (afterId) =>
    inTransaction(pool, async (client) => {
      const found = await rows(
        client,
        schema,
        `SELECT ${columns} FROM ${table} ${alias}
         WHERE ${runs} AND ${due} AND $2::bigint >= $1 AND ${alias}.${mark} IS DISTINCT FROM ${at} AND ${alias}.id > $3
         ORDER BY ${alias}.id LIMIT ${MAX_TOLD_AT_ONCE} FOR UPDATE OF ${alias} SKIP LOCKED`,
        [nowMs, soonMs, afterId],
      );
      const told: string[] = [];
      for (const one of found) if (await tell(client, one)) told.push(one.id);
      if (told.length > 0) await execute(client, `UPDATE ${table} SET ${mark} = due_at_ms WHERE id = ANY($1)`, [told]);
      return { told: told.length, lastId: found.length < MAX_TOLD_AT_ONCE ? null : (found.at(-1)?.id ?? null) };
    }),
  );
}
