import type pg from 'pg';
import { z } from 'zod';
import { execute, row } from './rows.js';

const answerSchema = z.object({ refused: z.boolean() });

/** Work that only one process may do at a time, by name: two readers would move one cursor past each other. */
export class NamedLock {
  private readonly held = new Set<string>();

  constructor(private readonly pool: pg.Pool) {}

  /** Runs the task if nobody else holds the name, here or in another process; otherwise returns null at once. */
  async alone<T>(name: string, task: () => Promise<T | null>): Promise<T | null> {
    // Asked first in memory: a poll that comes while a backfill runs must not take a connection.
    if (this.held.has(name)) return null;
    this.held.add(name);
    try {
      return await this.onConnection(name, 'pg_try_advisory_lock', task);
    } finally {
      this.held.delete(name);
    }
  }

  /** Waits until nobody holds the name, then runs the task. */
  async inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.onConnection(name, 'pg_advisory_lock', task);
  }

  private onConnection<T>(name: string, lock: 'pg_advisory_lock', task: () => Promise<T>): Promise<T>;
  private onConnection<T>(name: string, lock: 'pg_try_advisory_lock', task: () => Promise<T | null>): Promise<T | null>;
  private async onConnection<T>(name: string, lock: string, task: () => Promise<T | null>): Promise<T | null> {
    // The lock belongs to the connection, so that a killed process loses it by itself.
    const client = await this.pool.connect();
    let broken = false;
    // A connection that is cut while the task runs must not end the process; the task goes on and its own writes fail.
    const onError = () => (broken = true);
    client.on('error', onError);
    try {
      const { refused } = await row(client, answerSchema, `SELECT ${lock}(hashtextextended($1, 0))::text = 'false' AS refused`, [
        name,
      ]);
      if (refused) return null;
      try {
        return await task();
      } finally {
        await execute(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(onError);
      }
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}
