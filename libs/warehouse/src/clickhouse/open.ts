import { type ClickHouseClient, createClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { mkdir } from 'node:fs/promises';
import type { WarehouseAdmin, WarehouseReader } from '../port.js';
import { ClientPool } from './client-pool.js';
import { PeopleSqlReader } from './people-sql.js';
import { ClickHouseReader, ClickHouseWarehouse } from './warehouse.js';

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
  /** A query typed by a person that takes longer is ended. */
  readOnlyTimeoutSeconds: number;
  /** Memory that one query typed by a person may use. */
  readOnlyMemoryBytes: number;
}

const DEFAULT_LIMITS: WarehouseLimits = {
  readers: 4,
  readTimeoutSeconds: 120,
  readOnlyTimeoutSeconds: 20,
  readOnlyMemoryBytes: 1024 ** 3,
};

/**
 * Settings of a client for good. They are set once, before its first query: a setting given with a request would stick
 * to the embedded client and change every later statement.
 */
function readSettings(limits: WarehouseLimits): Record<string, number> {
  return { output_format_json_quote_64bit_integers: 0, max_execution_time: limits.readTimeoutSeconds };
}

function readOnlySettings(limits: WarehouseLimits): Record<string, number> {
  return {
    output_format_json_quote_64bit_integers: 0,
    max_execution_time: limits.readOnlyTimeoutSeconds,
    max_memory_usage: limits.readOnlyMemoryBytes,
    max_result_rows: 100_000,
    // Must come last: after it no setting can be changed any more, and file(), url() and the like are refused.
    readonly: 1,
  };
}

/**
 * ClickHouse inside this process (chdb), its data below `directory`. One process per directory: a second one is refused
 * by the engine.
 */
export async function openEmbeddedWarehouse(input: { directory: string } & Partial<WarehouseLimits>): Promise<OpenWarehouse> {
  const limits = { ...DEFAULT_LIMITS, ...input };
  await mkdir(input.directory, { recursive: true });
  const clients: ClickHouseClient[] = [];
  const connect = async (settings: Record<string, number>) => {
    const client = createClient({ connection: embeddedConnection(input.directory) });
    clients.push(client);
    for (const [name, value] of Object.entries(settings)) await client.command({ query: `SET ${name} = ${value}` });
    return client;
  };
  try {
    const writer = await connect({});
    const readers = await Promise.all(Array.from({ length: limits.readers }, () => connect(readSettings(limits))));
    const people = await connect(readOnlySettings(limits));
    return assemble(readers, [writer], people);
  } catch (error) {
    await Promise.all(clients.map((client) => client.close()));
    throw error;
  }
}

/** The types differ only in how the two packages spell optional settings; chdb is written against this client. */
function embeddedConnection(path: string): NonNullable<ClickHouseClientConfigOptions['connection']> {
  return createChdbConnection({ path }) as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>;
}

/** A ClickHouse server or cluster over HTTP. Here settings given to the client travel with each request and do not stick. */
export async function openRemoteWarehouse(input: { url: string } & Partial<WarehouseLimits>): Promise<OpenWarehouse> {
  const limits = { ...DEFAULT_LIMITS, ...input };
  const connect = (settings: Record<string, number>) => createClient({ url: input.url, clickhouse_settings: settings });
  const writer = connect({});
  const readers = Array.from({ length: limits.readers }, () => connect(readSettings(limits)));
  return assemble(readers, [writer], connect(readOnlySettings(limits)));
}

function assemble(
  readers: readonly ClickHouseClient[],
  writers: readonly ClickHouseClient[],
  people: ClickHouseClient,
): OpenWarehouse {
  const pools = [new ClientPool(readers), new ClientPool(writers), new ClientPool([people])] as const;
  const warehouse = new ClickHouseWarehouse(pools[0], pools[1]);
  return Object.assign(warehouse, {
    readOnly: new PeopleSqlReader(new ClickHouseReader(pools[2])),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  });
}
