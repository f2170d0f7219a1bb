import { execute, maybeRow, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

const recusedSchema = z.object({ clue_id: z.string(), user_id: z.string() });
const anySchema = z.object({ recused: z.literal(1) });

/**
 * Whose withdrawals (回避) count for a clue: its own, and those of what became part of it, whose people and findings it has taken over. What `merged_into`
 * names is never merged itself.
 */
const counts = (clue: string) => `(m.id = ${clue} OR m.merged_into = ${clue})`;
/** Who has withdrawn from `clue m`, or had from what that was split off of. */
const WITHDREW = `(SELECT r.content ->> 'userId' AS user_id FROM clue_step r WHERE r.clue_id = m.id AND r.content ->> 'step' = 'recuse'
  UNION SELECT k.user_id FROM clue_carried_recusal k WHERE k.clue_id = m.id)`;

/** Whether the person has withdrawn from `clue c`, or from one that it came from. @param userId placeholder of the person's id */
export const hasWithdrawn = (userId: `$${number}`): string =>
  `EXISTS (SELECT FROM clue m CROSS JOIN LATERAL ${WITHDREW} w WHERE ${counts('c.id')} AND w.user_id = ${userId})`;

/** Whether the person has withdrawn from the clue, or from one that it came from: what comes of it is not the person's either. */
export async function isRecused(db: Queryable, clueId: string, userId: string): Promise<boolean> {
  const sql = `SELECT 1 AS recused FROM clue c WHERE c.id = $1 AND ${hasWithdrawn('$2')}`;
  return (await maybeRow(db, anySchema, sql, [clueId, userId])) !== null;
}

/** All who have, by clue. */
export async function recusedFrom(db: Queryable, clueIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = await rows(
    db,
    recusedSchema,
    `SELECT c.id AS clue_id, w.user_id FROM clue c JOIN clue m ON ${counts('c.id')} CROSS JOIN LATERAL ${WITHDREW} w WHERE c.id = ANY($1)`,
    [clueIds],
  );
  const byClue = new Map<string, Set<string>>();
  for (const { clue_id: clueId, user_id: userId } of found)
    byClue.set(clueId, (byClue.get(clueId) ?? new Set<string>()).add(userId));
  return byClue;
}

/** Those of the people who have not withdrawn from the clue: nobody else is told of it. */
export async function notWithdrawn<P extends { id: string }>(
  db: Queryable,
  clueId: string,
  people: readonly P[],
): Promise<readonly P[]> {
  const away = (await recusedFrom(db, [clueId])).get(clueId);
  return away === undefined ? people : people.filter(({ id }) => !away.has(id));
}

/** What is split off is about some of the same, and begins with all who stay away from what it came from. */
export async function carryRecusals(client: ClientBase, clueId: string, userIds: readonly string[]): Promise<void> {
  await execute(client, 'INSERT INTO clue_carried_recusal (clue_id, user_id) SELECT $1, u FROM unnest($2::text[]) AS u', [
    clueId,
    userIds,
  ]);
}
