import { RefusedError, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/** Views of one person: more are no short cut any more. */
export const MAX_SAVED_VIEWS = 30;

/** A filter of the list of findings under a name. */
export interface SavedView {
  id: string;
  name: string;
  /** As in the address of the list. */
  query: string;
}

const viewSchema = z.object({ id: z.string(), name: z.string(), query: z.string() });
const countSchema = z.object({ others: z.int() });

/** What each person keeps for themselves: a view is asked for by its owner alone. */
export class SavedViews {
  constructor(private readonly parts: { pool: Pool; ids: IdSource }) {}

  async list(userId: string): Promise<readonly SavedView[]> {
    const sql = 'SELECT id, name, query FROM finding_saved_view WHERE user_id = $1 ORDER BY name';
    return rows(this.parts.pool, viewSchema, sql, [userId]);
  }

  /** A view of the same name is replaced. Throws RefusedError('too-many') beyond {@link MAX_SAVED_VIEWS}. */
  async save(userId: string, { name, query }: Pick<SavedView, 'name' | 'query'>): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      // Two at once must not both be the last that there is room for.
      await lockInTransaction(client, `finding_saved_view/${userId}`);
      const count = 'SELECT count(*)::int AS others FROM finding_saved_view WHERE user_id = $1 AND name <> $2';
      const { others } = await row(client, countSchema, count, [userId, name]);
      if (others >= MAX_SAVED_VIEWS) throw new RefusedError('too-many', `最多保存 ${MAX_SAVED_VIEWS} 个筛选，请先删去不用的。`);
      await execute(
        client,
        `INSERT INTO finding_saved_view (id, user_id, name, query) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query`,
        [this.parts.ids.next(), userId, name, query],
      );
    });
  }

  /** One that is gone, or somebody else's, stays as it is. */
  async remove(userId: string, id: string): Promise<void> {
    await execute(this.parts.pool, 'DELETE FROM finding_saved_view WHERE user_id = $1 AND id = $2', [userId, id]);
  }
}
