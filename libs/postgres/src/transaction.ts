import type pg from 'pg';
import { reachingPostgres } from './errors.js';
import { execute } from './rows.js';

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it throws. What `work` threw
 * is what the caller gets, even if the rollback fails too; the connection is then closed instead of being lent again, and
 * the server rolls back by itself. Throws RetriableError when PostgreSQL is out of reach.
 */
export function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return within(pool, 'BEGIN', work);
}

/** Reads only, and all of it as it was at one instant, whatever others commit meanwhile. */
export function inSnapshot<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return within(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
}

async function within<T>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await reachingPostgres(() => pool.connect());
  let broken: Error | undefined;
  // A connection cut between two statements reports itself here; without a listener the process would end.
  const onCut = (error: Error) => {
    broken = error;
  };
  client.on('error', onCut);
  try {
    return await reachingPostgres(async () => {
      await client.query(begin);
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    });
  } catch (error) {
    await client.query('ROLLBACK').catch(onCut);
    throw error;
  } finally {
    client.off('error', onCut);
    client.release(broken);
  }
}

/** Waits until no other transaction holds the name, and holds it to the end of this one. */
export async function lockInTransaction(client: pg.ClientBase, name: string): Promise<void> {
  await execute(client, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}
