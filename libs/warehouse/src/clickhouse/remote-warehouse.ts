import { backoffDelayMs, type BackoffPolicy, type Clock, errorKind, type Pause, type Rng, withRetry } from '@tianyan/kernel';
import type { Line } from '../line.js';
import type { SqlQuery } from '../port.js';
import type { TableLayout } from '../schema/layout.js';
import { foreignAnswerToTrouble, WarehouseTrouble } from './errors.js';
import type { OpenWarehouse } from './open-warehouse.js';
import { ReplicaSync } from './replica-sync.js';

/** Where a query reads a table of the platform (names begin as in names.ts). */
const TABLE_READ = /\b(?:FROM|JOIN)\s+((?:log|cur|ref)_\w+)/gi;

/** What copies rows inside the database reads as a query does. */
const INSERT_SELECT = /^\s*INSERT\b[^]*\bSELECT\b/i;

export interface Patience {
  policy: BackoffPolicy;
  rng: Rng;
  pause: Pause;
  clock: Clock;
  /** After this a server has ended an insert by itself, whether or not anybody heard of it. */
  insertTimeoutMs: number;
}

interface Replica {
  warehouse: OpenWarehouse;
  sync: ReplicaSync | null;
}

/**
 * One warehouse over the replicas of a cluster (or over one server). Stays with one replica until that fails, then goes on
 * to the next. Where tables are replicated, a replica is brought up to date before each read of the platform: a writer's
 * look-up that misses what was acknowledged elsewhere would leave two live rows, and a correlator's would miss scopes.
 */
export class RemoteWarehouse implements OpenWarehouse {
  private readonly replicas: readonly Replica[];
  private current = 0;

  constructor(
    warehouses: readonly OpenWarehouse[],
    readonly layout: TableLayout,
    private readonly patience: Patience,
  ) {
    this.replicas = warehouses.map((warehouse) => ({
      warehouse,
      sync: layout.kind === 'replicated' ? replicaSync(warehouse) : null,
    }));
  }

  async rows(query: SqlQuery): Promise<unknown[]> {
    return await this.patiently(async ({ warehouse, sync }) => {
      await sync?.upToDate(tablesOf(query.sql));
      return await warehouse.rows(query);
    });
  }

  /** One that breaks in the middle is not begun anew: its reader has had the first rows already. */
  async *stream(query: SqlQuery, signal?: AbortSignal, onRead?: (rows: number) => void): AsyncIterable<readonly unknown[]> {
    const { first, iterator } = await this.patiently(async ({ warehouse, sync }) => {
      await sync?.upToDate(tablesOf(query.sql));
      const rows = warehouse.stream(query, signal, onRead)[Symbol.asyncIterator]();
      // Given up is no trouble of the replica's: caught here, it is not tried again.
      const begun = await rows.next().catch((error: unknown) => {
        if (signal?.aborted) return null;
        throw error;
      });
      return { first: begun, iterator: rows };
    });
    signal?.throwIfAborted();
    try {
      for (let piece = first; piece && !piece.done; piece = await iterator.next()) yield piece.value;
    } catch (error) {
      signal?.throwIfAborted();
      throw foreignAnswerToTrouble(error);
    } finally {
      await iterator.return?.();
    }
  }

  /** Not repeated once it was sent: a RENAME that has happened cannot happen again. What it copies from is brought up to date before, as for a query. */
  async execute(query: SqlQuery): Promise<void> {
    await this.overReplicas(
      async ({ warehouse, sync }) => {
        if (INSERT_SELECT.test(query.sql)) await sync?.upToDate(tablesOf(query.sql));
        await warehouse.execute(query);
      },
      (trouble) => !trouble.isUndecided,
    );
  }

  /**
   * Repeated with the same token until an answer is heard. If none is, it throws only when the server can no longer be at
   * work on it: an insert that lands after the next look-up would bring back what that look-up did not see.
   */
  async insertLines(table: string, lines: readonly Line[], deduplicationToken: string): Promise<void> {
    const { policy, rng, pause, clock, insertTimeoutMs } = this.patience;
    let undecidedUntilMs = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.overReplicas(
          ({ warehouse }) => warehouse.insertLines(table, lines, deduplicationToken),
          (trouble) => {
            if (trouble.isUndecided) undecidedUntilMs = clock.nowMs() + insertTimeoutMs;
            return true;
          },
        );
      } catch (error) {
        if (errorKind(error) !== 'retriable') throw error;
        const leftMs = undecidedUntilMs - clock.nowMs();
        if (attempt >= policy.maxAttempts) {
          // A further attempt that stays undecided would only put off the end.
          const isUndecided = error instanceof WarehouseTrouble && error.isUndecided;
          if (isUndecided) await pause(leftMs);
          if (isUndecided || leftMs <= 0) throw error;
        }
        await pause(backoffDelayMs(policy, Math.min(attempt, policy.maxAttempts), rng));
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map(({ warehouse }) => warehouse.close()));
  }

  private async patiently<T>(task: (replica: Replica) => Promise<T>): Promise<T> {
    return await withRetry(this.patience, () => this.overReplicas(task, () => true));
  }

  /** Each replica once, beginning with the one that served last. */
  private async overReplicas<T>(
    task: (replica: Replica) => Promise<T>,
    mayGoOn: (trouble: WarehouseTrouble) => boolean,
  ): Promise<T> {
    for (let tried = 1; ; tried++) {
      const index = this.current;
      const replica = this.replicas[index];
      if (!replica) throw new RangeError('a warehouse has at least one address');
      try {
        return await task(replica);
      } catch (thrown) {
        const error = foreignAnswerToTrouble(thrown);
        if (!(error instanceof WarehouseTrouble)) throw error;
        const goesOn = mayGoOn(error) && error.isOfReplica;
        // Others may have left this replica meanwhile; then the one they went to is tried.
        if (goesOn && this.current === index) this.current = (index + 1) % this.replicas.length;
        if (!goesOn || tried >= this.replicas.length) throw error;
      }
    }
  }
}

function replicaSync(warehouse: OpenWarehouse): ReplicaSync {
  // LIGHTWEIGHT: waits for parts that others have inserted, not for merges.
  return new ReplicaSync((table) => warehouse.execute({ sql: `SYSTEM SYNC REPLICA ${table} LIGHTWEIGHT`, params: {} }));
}

function tablesOf(sql: string): string[] {
  return [...new Set([...sql.matchAll(TABLE_READ)].map(([, table = '']) => table))];
}
