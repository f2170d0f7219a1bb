import { heldUser, isAllowed, Reach, type User } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { isSeen, type Clue } from './clue-rows.js';
import { isRecused } from './recusals.js';

const seenSchema = z.object({ seen: z.boolean() });
const personSchema = z.object({ same: z.boolean() });

/** Throws RefusedError('invalid'). @param users who can sign in */
export function accountOf(users: readonly User[], id: string): User {
  const user = users.find((one) => one.id === id);
  if (!user) throw new RefusedError('invalid', '没有这个账号，请刷新页面后重新选择。');
  return user;
}

/**
 * Whoever handles a clue may do so by role, sees all of it, has not withdrawn from it or from what it came from, and bears no name of those it is
 * about; that stays so until the transaction has ended.
 * Throws RefusedError: `invalid`, `conflict`.
 */
export async function assertMayHandle(client: ClientBase, { clue, userId }: { clue: Clue; userId: string }): Promise<void> {
  const held = await heldUser(client, userId);
  const user = accountOf(held ? [held] : [], userId);
  if (!isAllowed(user.role, 'handle-clues')) throw new RefusedError('invalid', `${user.displayName}不能办理线索，请另选承办人。`);
  const reach = Reach.of({ user });
  const { seen } = await row(client, seenSchema, `SELECT ${isSeen('$1', '$2')} AS seen FROM clue c WHERE c.id = $3`, [
    reach.parameter,
    reach.userId,
    clue.id,
  ]);
  // Where it is the circle that the person is not in, the step itself says so.
  if (!seen && (clue.circleIds === null || clue.circleIds.includes(userId)))
    throw new RefusedError('invalid', `这条线索超出${user.displayName}的管辖范围，请另选承办人。`);
  if (await isRecused(client, clue.id, userId))
    throw new RefusedError('conflict', '选中的人已在这条线索上回避，或在并入它、分出它的线索上回避，请另选承办人。');
  const sql = 'SELECT EXISTS (SELECT FROM clue_person WHERE clue_id = $1 AND name = $2) AS same';
  const { same } = await row(client, personSchema, sql, [clue.id, user.displayName]);
  if (same) throw new RefusedError('conflict', '选中的人与线索涉及的人员同名，应当回避；确非同一人的，请先更正账号的姓名。');
}
