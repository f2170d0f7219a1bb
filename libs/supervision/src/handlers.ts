import { heldUser, isAllowed, type User } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** What has somebody who handles it: where it stands, and in which states nobody has anything to do with it any more. */
export interface Handled {
  table: 'supervision_letter' | 'supervision_circular';
  overStates: readonly string[];
  /** In Chinese, as people call one of them. */
  noun: string;
}

const countSchema = z.object({ count: z.int() });
const countsSchema = z.object({ handler_id: z.string(), count: z.int() });

/** How many the account handles in the whole county, of which nothing else is told. */
export async function countHandled(db: Queryable, { table, overStates }: Handled, userId: string): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM ${table} WHERE handler_id = $1 AND state <> ALL($2)`;
  return (await row(db, countSchema, sql, [userId, overStates])).count;
}

/** The same, by account. */
export async function handledCounts(db: Queryable, { table, overStates }: Handled): Promise<ReadonlyMap<string, number>> {
  const sql = `SELECT handler_id, count(*)::int AS count FROM ${table} WHERE state <> ALL($1) GROUP BY handler_id`;
  return new Map((await rows(db, countsSchema, sql, [overStates])).map(({ handler_id: id, count }) => [id, count]));
}

/** Somebody who may handle it by role, held so until the transaction has ended. Throws RefusedError('invalid'). */
export async function heldHandler(client: ClientBase, { noun }: Handled, userId: string): Promise<User> {
  const user = await heldUser(client, userId);
  if (!user) throw new RefusedError('invalid', '没有这个账号，请刷新页面后重新选择。');
  if (!isAllowed(user.role, 'handle-supervision'))
    throw new RefusedError('invalid', `${user.displayName}不能办理${noun}，请另选经办人。`);
  return user;
}
