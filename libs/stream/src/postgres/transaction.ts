import { reachingPostgres } from '@tianyan/postgres';
import type pg from 'pg';

/** Runs `work` in one transaction; a failure rolls back, and a connection that cannot even do that leaves the pool. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await reachingPostgres(() => pool.connect());
  let broken: Error | undefined;
  // A connection cut between two queries reports itself here; without a listener the process would end.
  const onCut = (error: Error) => {
    broken = error;
  };
  client.on('error', onCut);
  try {
    return await reachingPostgres(async () => {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    });
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onCut);
    client.release(broken);
  }
}
