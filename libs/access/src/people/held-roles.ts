import { RefusedError } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, maybeRow, row, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isAllowed, ROLE_LABELS, ROLES, SEPARATE_ADMINISTRATORS, type Action, type Role } from '../api/index.js';
import type { User } from '../user.js';
import { CONFIRMED_BY, personSchema, type Person } from './person.js';

const PEOPLE_LOCK = 'access_people';
/** By this name the audit log knows what was done on the server itself: nobody else may have it. */
export const SERVER_ACCOUNT = 'server';

/** One after the other: whoever counts the administrators that are left must not be overtaken. */
export function changingPeople<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (client) => {
    await lockInTransaction(client, PEOPLE_LOCK);
    return work(client);
  });
}

/** What is open was opened with what the person could do before. */
export async function endSessionsOf(client: ClientBase, userId: string): Promise<void> {
  await execute(client, 'DELETE FROM access_session WHERE user_id = $1', [userId]);
}

const leftSchema = z.object({ left: z.int() });
const heldSchema = z.object({ role: z.enum(ROLES) });

/** Whether whoever has this account can sign in and may do it at this moment: what is known of a request is from when it was let in. */
export async function mayStill(client: ClientBase, account: string, action: Action): Promise<boolean> {
  const sql = 'SELECT role FROM access_user WHERE account = $1 AND locked_at_ms IS NULL';
  const held = await maybeRow(client, heldSchema, sql, [account]);
  return held !== null && isAllowed(held.role, action);
}

/** Throws RefusedError('forbidden') for whoever was locked or given another role since the request was let in. */
export async function assertMayStill(client: ClientBase, { account }: User, action: Action): Promise<void> {
  if (!(await mayStill(client, account, action)))
    throw new RefusedError('forbidden', '您的账号或角色刚刚变更，不能再做这一步，请重新登录');
}

/** Throws RefusedError('not-found'). */
export async function personOf(client: ClientBase, id: string): Promise<Person> {
  const sql = `SELECT u.*, 0 AS sessions, NULL::bigint AS last_seen_at_ms, ${CONFIRMED_BY} FROM access_user u WHERE u.id = $1`;
  const person = await maybeRow(client, personSchema, sql, [id]);
  if (!person) throw new RefusedError('not-found', '没有这个账号，请刷新页面');
  return person;
}

/**
 * Nobody else does an administrator's part: without one who can sign in, nobody could ever be made one again.
 * Throws RefusedError('conflict').
 * @param next the role afterwards; null: the person cannot sign in afterwards
 */
export async function assertStillHeld(client: ClientBase, person: Person, next: Role | null): Promise<void> {
  const { role } = person;
  if (role === next || !(SEPARATE_ADMINISTRATORS as readonly Role[]).includes(role)) return;
  const { left } = await row(
    client,
    leftSchema,
    'SELECT count(*) AS left FROM access_user WHERE role = $1 AND id <> $2 AND locked_at_ms IS NULL AND NOT password_due',
    [role, person.id],
  );
  if (left > 0) return;
  throw new RefusedError(
    'conflict',
    `${person.displayName}是唯一能登录的${ROLE_LABELS[role]}，请先增加一名${ROLE_LABELS[role]}；忘记密码的，在服务器上用命令重置`,
  );
}

export function isSamePerson(user: User, other: { id: string | null; account: string }): boolean {
  return user.id === other.id || user.account === other.account;
}
