import type { ClickHouseClient } from '@clickhouse/client';
import type { WarehouseAdmin, WarehouseReader } from '../port.js';
import { ClientPool } from './client-pool.js';
import { PeopleSqlReader } from './people-sql.js';
import { ClickHouseReader, ClickHouseWarehouse, type StatementOptions } from './warehouse.js';

/** An open warehouse; whoever opened it closes it. */
export interface OpenWarehouse extends WarehouseAdmin {
  /** Refuses everything but reading, for good, and every table function that leaves the database: for SQL typed by people. */
  readonly readOnly: WarehouseReader;
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
  /** A query typed by a person that takes longer is ended. */
  readOnlyTimeoutSeconds: number;
  /** Memory that one query typed by a person may use. */
  readOnlyMemoryBytes: number;
}

export const DEFAULT_LIMITS: WarehouseLimits = {
  readers: 4,
  readTimeoutSeconds: 120,
  readMemoryBytes: 768 * 1024 ** 2,
  readOnlyTimeoutSeconds: 20,
  readOnlyMemoryBytes: 1024 ** 3,
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
  };
}

export function readOnlySettings(limits: WarehouseLimits): Record<string, number> {
  return {
    output_format_json_quote_64bit_integers: 0,
    max_execution_time: limits.readOnlyTimeoutSeconds,
    max_memory_usage: limits.readOnlyMemoryBytes,
    max_result_rows: 100_000,
    // Must come last: after it no setting can be changed any more, and file(), url() and the like are refused.
    readonly: 1,
  };
}

/** Connected clients, by what they are for. */
export interface WarehouseClients {
  readers: readonly ClickHouseClient[];
  /** For inserts. */
  writers: readonly ClickHouseClient[];
  /** For schema changes and other statements; the writers without it. */
  statements?: readonly ClickHouseClient[];
  /** Read-only for good. */
  people: ClickHouseClient;
  /** Makes a client fit for the next query after one that failed; without it they are fit as they are. */
  cleanAfterFailure?: (client: ClickHouseClient) => Promise<unknown>;
  /** Lent to nobody here; closed with the others. */
  further?: readonly ClickHouseClient[];
}

/** A warehouse over connected clients: queries on the readers, statements and inserts on the writers, people's SQL apart. */
export function assemble(clients: WarehouseClients, options: Omit<StatementOptions, 'statementPool'>): OpenWarehouse {
  const poolOf = (members: readonly ClickHouseClient[]) => new ClientPool(members, clients.cleanAfterFailure);
  const readPool = poolOf(clients.readers);
  const writePool = poolOf(clients.writers);
  const statementPool = clients.statements ? poolOf(clients.statements) : writePool;
  const peoplePool = poolOf([clients.people]);
  const warehouse = new ClickHouseWarehouse(readPool, writePool, { ...options, statementPool });
  const people = new ClickHouseReader(peoplePool, undefined, options.ender);
  return Object.assign(warehouse, {
    readOnly: new PeopleSqlReader(people),
    close: async () => {
      await Promise.all([...new Set([readPool, writePool, statementPool, peoplePool])].map((pool) => pool.close()));
      await Promise.all((clients.further ?? []).map((client) => client.close()));
    },
  });
}
