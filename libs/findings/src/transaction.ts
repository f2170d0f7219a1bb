import type pg from 'pg';

/** Runs `work` in one transaction on one connection; commits when it resolves, rolls back when it throws. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>, begin = 'BEGIN'): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      // The connection itself is gone: the server rolls back by itself, and the pool must not hand it out again.
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Commits change many rows in an order that no two processes share; one at a time cannot deadlock, and a commit takes
 * milliseconds. The number is arbitrary but must be the platform's only use of it.
 */
const COMMIT_LOCK = 20_260_701;

/** Held to the end of the transaction. */
export async function takeCommitLock(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [COMMIT_LOCK]);
}
