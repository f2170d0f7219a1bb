import { type ClickHouseClient, createClient, type ClickHouseClientConfigOptions, parseError } from '@clickhouse/client';
import type { ChdbConnection } from 'chdb/connection';
import { uuidSource } from '@tianyan/kernel';
import { mkdir } from 'node:fs/promises';
import { assemble, DEFAULT_LIMITS, readSettings, type OpenWarehouse, type WarehouseLimits } from './open-warehouse.js';
import { bodyOf } from '../line.js';
import type { LinesInsert } from './warehouse.js';
import { MAX_QUERY_BYTES, withParamsInText } from './params-in-text.js';
import { endEmbeddedQueriesWith } from './query-ender.js';

/**
 * Parameters stand in the statement. The embedded engine cannot keep those of two clients apart, so its library runs
 * statements with parameters one after the other in the whole process: the writer's look-up of some milliseconds would
 * wait for every rule that is being evaluated.
 */
const STATEMENT_SETTINGS = { max_query_size: MAX_QUERY_BYTES };

/**
 * Inserts side by side: as many partitions as the writer works on at once. One insert keeps hardly more than one core busy, and those
 * of different tables have nothing to wait for each other.
 */
const WRITERS = 2;

/**
 * ClickHouse inside this process (chdb), its data below `directory`. One process per directory: a second one is refused
 * by the engine.
 */
export async function openEmbeddedWarehouse(input: { directory: string } & Partial<WarehouseLimits>): Promise<OpenWarehouse> {
  const limits = { ...DEFAULT_LIMITS, ...input };
  await mkdir(input.directory, { recursive: true });
  // Only here: the engine takes some 170 MB as soon as it is loaded, also where a server is used instead.
  const { createChdbConnection } = await import('chdb/connection');
  const clients: ClickHouseClient[] = [];
  const connections = new Map<ClickHouseClient, ReturnType<typeof createChdbConnection>>();
  const connect = async (settings: Record<string, number>) => {
    const connection = createChdbConnection({ path: input.directory });
    const client = createClient({ connection: asConnection(connection) });
    clients.push(client);
    connections.set(client, connection);
    for (const [name, value] of Object.entries(settings)) await client.command({ query: `SET ${name} = ${value}` });
    return client;
  };
  try {
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => connect(STATEMENT_SETTINGS)));
    const readers = await Promise.all(
      Array.from({ length: limits.readers }, () => connect({ ...readSettings(limits), ...STATEMENT_SETTINGS })),
    );
    // Of its own: the others may be busy with just what is to be ended.
    const ending = await connect({});
    return assemble(
      { readers, writers, cleanAfterFailure: takeLeftovers, further: [ending] },
      {
        insertSettings: {},
        sendInsert: (client, insert) => sendByConnection(connections.get(client), insert),
        sent: (query) => withParamsInText(query, 0),
        ender: endEmbeddedQueriesWith(ending, uuidSource),
      },
    );
  } catch (error) {
    await Promise.all(clients.map((client) => client.close()));
    throw error;
  }
}

/**
 * The body goes to the engine as the bytes that it is. As the client hands it on, it would be made one text with the statement,
 * copied three times on the way, and turned into bytes again.
 */
async function sendByConnection(
  connection: Pick<ChdbConnection, 'chdb'> | undefined,
  { table, settings, lines }: LinesInsert,
): Promise<void> {
  if (!connection) throw new RangeError('an insert by a client that was not opened here');
  try {
    await connection.chdb.rawInsert({ table, values: bodyOf(lines), format: 'JSONEachRow', settings });
  } catch (error) {
    // The engine's own words, as everywhere else: what kind of failure it is stands in them.
    throw Object.assign(parseError(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

/**
 * The embedded engine keeps the rows that a failed query had made by then, and puts them before the answer of the client's next
 * one: a question of one person would be answered with the rows of another. A question that nobody asked takes them away.
 */
async function takeLeftovers(client: ClickHouseClient): Promise<void> {
  const result = await client.query({ query: 'SELECT 1', format: 'JSONEachRow' });
  await result.text();
}

/** The types differ only in how the two packages spell optional settings; chdb is written against this client. */
function asConnection(connection: unknown): NonNullable<ClickHouseClientConfigOptions['connection']> {
  return connection as NonNullable<ClickHouseClientConfigOptions['connection']>;
}
