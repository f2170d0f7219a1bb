import { maybeRow, rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

const userSchema = z.object({ user_id: z.string() });
const anySchema = z.object({ recused: z.literal(1) });

const WITHDREW = `r.content ->> 'step' = 'recuse'`;
/** Whose withdrawal counts for a clue: its own, and what was merged into it, whose people and findings it has taken over. What `merged_into` names is never merged itself. */
const counts = (clue: string) => `(m.id = ${clue} OR m.merged_into = ${clue})`;

/** Whether the person has withdrawn (回避) from `clue c`, or from one that became part of it. @param userId placeholder of the person's id */
export const hasWithdrawn = (userId: `$${number}`): string =>
  `EXISTS (SELECT FROM clue_step r JOIN clue m ON m.id = r.clue_id WHERE ${counts('c.id')} AND ${WITHDREW} AND r.content ->> 'userId' = ${userId})`;

/** Whether the person has withdrawn from the clue, or from one that became part of it: what comes of it is not the person's either. */
export async function isRecused(db: Queryable, clueId: string, userId: string): Promise<boolean> {
  const sql = `SELECT 1 AS recused FROM clue c WHERE c.id = $1 AND ${hasWithdrawn('$2')}`;
  return (await maybeRow(db, anySchema, sql, [clueId, userId])) !== null;
}

/** All who have, by user id. */
export async function recusedFrom(db: Queryable, clueId: string): Promise<ReadonlySet<string>> {
  const found = await rows(
    db,
    userSchema,
    `SELECT DISTINCT r.content ->> 'userId' AS user_id FROM clue_step r JOIN clue m ON m.id = r.clue_id WHERE ${counts('$1')} AND ${WITHDREW}`,
    [clueId],
  );
  return new Set(found.map(({ user_id: userId }) => userId));
}
