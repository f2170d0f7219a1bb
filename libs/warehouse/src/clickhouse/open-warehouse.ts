import type { ClickHouseClient } from '@clickhouse/client';
import type { WarehouseAdmin } from '../port.js';
import { ClientPool } from './client-pool.js';
import { ClickHouseWarehouse, type StatementOptions } from './warehouse.js';

/** An open warehouse; whoever opened it closes it. */
export interface OpenWarehouse extends WarehouseAdmin {
  close(): Promise<void>;
}

export interface WarehouseLimits {
  /** Queries that run side by side. */
  readers: number;
  /** A query of the platform that takes longer is a mistake in a rule; it is ended. */
  readTimeoutSeconds: number;
  /**
   * Memory that one query of the platform may use. What judges many scopes at once is asked in smaller pieces when it does not
   * suffice, so it bounds the process and not what can be judged.
   */
  readMemoryBytes: number;
}

export const DEFAULT_LIMITS: WarehouseLimits = {
  readers: 4,
  readTimeoutSeconds: 120,
  readMemoryBytes: 768 * 1024 ** 2,
};

/**
 * Settings of a client for good. They are set once, before its first query: a setting given with a request would stick
 * to the embedded client and change every later statement.
 */
export function readSettings(limits: WarehouseLimits): Record<string, number> {
  return {
    output_format_json_quote_64bit_integers: 0,
    max_execution_time: limits.readTimeoutSeconds,
    max_memory_usage: limits.readMemoryBytes,
    // A rule is a long expression over few rows: compiling it to machine code takes seconds and saves nothing.
    compile_expressions: 0,
    compile_aggregate_expressions: 0,
    compile_sort_description: 0,
    // Its analysis is most of what a rule over a few scopes costs: twenty nested steps of twenty expressions. What follows
    // compares each expression with all it rests on, and gains nothing here. 350 ms become 130 for the largest group.
    optimize_and_compare_chain: 0,
    optimize_extract_common_expressions: 0,
    query_plan_merge_expressions: 0,
    // Rules hold SQL that people have written. Whatever its check may let through changes no table: queries bring their own limits, but
    // not this one. Last: it cannot be changed any more. What it leaves open, `assertReads` closes.
    readonly: 2,
  };
}

/** Connected clients, by what they are for. */
export interface WarehouseClients {
  readers: readonly ClickHouseClient[];
  /** For inserts. */
  writers: readonly ClickHouseClient[];
  /** For schema changes and other statements; the writers without it. */
  statements?: readonly ClickHouseClient[];
  /** Makes a client fit for the next query after one that failed; without it they are fit as they are. */
  cleanAfterFailure?: (client: ClickHouseClient) => Promise<unknown>;
  /** Lent to nobody here; closed with the others. */
  further?: readonly ClickHouseClient[];
}

/** A warehouse over connected clients: queries on the readers, statements and inserts on the writers. */
export function assemble(clients: WarehouseClients, options: Omit<StatementOptions, 'statementPool'>): OpenWarehouse {
  const poolOf = (members: readonly ClickHouseClient[]) => new ClientPool(members, clients.cleanAfterFailure);
  const readPool = poolOf(clients.readers);
  const writePool = poolOf(clients.writers);
  const statementPool = clients.statements ? poolOf(clients.statements) : writePool;
  const warehouse = new ClickHouseWarehouse(readPool, writePool, { ...options, statementPool });
  return Object.assign(warehouse, {
    close: async () => {
      await Promise.all([...new Set([readPool, writePool, statementPool])].map((pool) => pool.close()));
      await Promise.all((clients.further ?? []).map((client) => client.close()));
    },
  });
}
