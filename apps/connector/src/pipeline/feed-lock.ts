import type pg from 'pg';

/** Lets each feed be read by one process at a time: two readers would move one cursor past each other. */
export class FeedLock {
  private readonly held = new Set<string>();

  constructor(private readonly pool: pg.Pool) {}

  /** Runs the task if nobody else holds the name, here or in another process; otherwise returns null at once. */
  async alone<T>(name: string, task: () => Promise<T | null>): Promise<T | null> {
    // Asked first in memory: a poll that comes while a backfill runs must not take a connection.
    if (this.held.has(name)) return null;
    this.held.add(name);
    try {
      return await this.acrossProcesses(name, task);
    } finally {
      this.held.delete(name);
    }
  }

  private async acrossProcesses<T>(name: string, task: () => Promise<T | null>): Promise<T | null> {
    // The lock belongs to the connection, so that a killed process loses it by itself.
    const client = await this.pool.connect();
    try {
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
        name,
      ]);
      if (!rows[0]?.locked) return null;
      try {
        return await task();
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    } finally {
      client.release();
    }
  }
}
