import type { ClickHouseClient } from '@clickhouse/client';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { bodyOf, type Line } from '../line.js';
import type { SqlQuery, WarehouseAdmin, WarehouseReader } from '../port.js';
import type { ClientPool } from './client-pool.js';
import { toInsertError, toWarehouseError } from './errors.js';
import { ReadProgress } from './read-progress.js';
import { assertReads, sqlText } from './sql-text.js';

/**
 * Settings of every insert, in its text:
 * - the copies are fed in the same insert, and a repeat completes those that an interrupted one left out;
 * - an unknown field or a null where none may be is refused, not dropped or bent in silence;
 * - one thread parses, so that a refused insert has written nothing of an earlier piece;
 * - the views that feed the copies list columns and no more: to have them analysed by what analyses rules was a sixth of an insert.
 */
const INSERT_SETTINGS: Settings = {
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_skip_unknown_fields: 0,
  input_format_null_as_default: 0,
  input_format_parallel_parsing: 0,
  async_insert: 0,
  enable_analyzer: 0,
};

export type Settings = Readonly<Record<string, string | number>>;

/** An insert of rows as JSONEachRow. */
export interface LinesInsert {
  table: string;
  settings: Settings;
  lines: readonly Line[];
}

/** Sends an insert by a client. Resolves when the server has answered. */
export type SendInsert = (client: ClickHouseClient, insert: LinesInsert) => Promise<void>;

/** Lines joined into one piece of the insert's stream. */
const LINES_PER_PIECE = 1_000;

/** By the client's own protocol, piece by piece. */
export const sendByStatement: SendInsert = async (client, { table, settings, lines }) => {
  const texts = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? sqlText(value) : value}`,
  );
  const query = `INSERT INTO ${table} SETTINGS ${texts.join(', ')} FORMAT JSONEachRow`;
  const result = await client.exec({ query, values: Readable.from(pieces(lines)) });
  // The answer is empty; but a connection that breaks while it comes must be noticed here, and not nowhere.
  result.stream.resume();
  await finished(result.stream);
};

function* pieces(lines: readonly Line[]): Generator<Buffer> {
  for (let start = 0; start < lines.length; start += LINES_PER_PIECE) yield bodyOf(lines.slice(start, start + LINES_PER_PIECE));
}

async function select(client: ClickHouseClient, query: SqlQuery): Promise<unknown[]> {
  const result = await client.query({ query: query.sql, query_params: { ...query.params }, format: 'JSONEachRow' });
  return await result.json();
}

/** Ends queries that nobody waits for any more: they would go on, on a server without their connection, in this process without a reader. */
export interface QueryEnder {
  newQueryId(): string;
  /** The statement as it has to be sent, so that it can be found by its name. */
  named(sql: string, queryId: string): string;
  /** Best effort, and quick: what it cannot end, the server ends by its limit of time. */
  end(queryId: string): Promise<void>;
}

/** Reads through a pool of clients. */
class ClickHouseReader implements WarehouseReader {
  /**
   * @param sent the statement as it goes to the client.
   * @param ender null where nobody gives up a query.
   */
  constructor(
    private readonly pool: ClientPool,
    protected readonly sent: (query: SqlQuery) => SqlQuery,
    private readonly ender: QueryEnder | null,
  ) {}

  async rows(query: SqlQuery): Promise<unknown[]> {
    const sent = this.readable(query);
    try {
      return await this.pool.use((client) => select(client, sent));
    } catch (error) {
      throw toWarehouseError(error);
    }
  }

  async *stream(query: SqlQuery, signal?: AbortSignal, onRead?: (rows: number) => void): AsyncIterable<readonly unknown[]> {
    signal?.throwIfAborted();
    const sent = this.readable(query);
    const queryId = signal ? this.ender?.newQueryId() : undefined;
    const sql = queryId === undefined ? sent.sql : (this.ender?.named(sent.sql, queryId) ?? sent.sql);
    try {
      // The client is free again as soon as the result stands; the caller may take its time and ask other things.
      const asked = {
        query: sql,
        query_params: { ...sent.params },
        ...(signal ? { abort_signal: signal } : {}),
        ...(queryId === undefined ? {} : { query_id: queryId }),
      };
      if (onRead) {
        const result = await this.pool.use((client) => client.query({ ...asked, format: 'JSONEachRowWithProgress' }));
        const progress = new ReadProgress();
        for await (const lines of result.stream()) yield progress.rowsOf(lines.map((line): unknown => line.json()));
        onRead(progress.readRows);
        return;
      }
      const result = await this.pool.use((client) => client.query({ ...asked, format: 'JSONEachRow' }));
      for await (const rows of result.stream()) yield rows.map((row) => row.json());
    } catch (error) {
      if (signal?.aborted && queryId !== undefined) await this.ender?.end(queryId);
      // Whatever the client makes of it: it is no trouble of the server's.
      signal?.throwIfAborted();
      throw toWarehouseError(error);
    }
  }

  private readable(query: SqlQuery): SqlQuery {
    assertReads(query.sql);
    return this.sent(query);
  }
}

export interface StatementOptions {
  /** Statements other than inserts, which may take far longer. */
  statementPool: ClientPool;
  /** Further settings of every insert. */
  insertSettings: Settings;
  sendInsert: SendInsert;
  /** The statement as it goes to the client. */
  sent: (query: SqlQuery) => SqlQuery;
  ender: QueryEnder | null;
}

/** Reads through one pool, writes through another. */
export class ClickHouseWarehouse extends ClickHouseReader implements WarehouseAdmin {
  constructor(
    readPool: ClientPool,
    private readonly writePool: ClientPool,
    private readonly options: StatementOptions,
  ) {
    super(readPool, options.sent, options.ender);
  }

  async execute(query: SqlQuery): Promise<void> {
    const sent = this.sent(query);
    try {
      await this.options.statementPool.use((client) => client.command({ query: sent.sql, query_params: { ...sent.params } }));
    } catch (error) {
      throw toWarehouseError(error);
    }
  }

  async insertLines(table: string, lines: readonly Line[], deduplicationToken: string): Promise<void> {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(table)) throw new RangeError(`not a table name: ${table}`);
    if (lines.length === 0) return;
    const { insertSettings, sendInsert } = this.options;
    const settings = { insert_deduplication_token: deduplicationToken, ...INSERT_SETTINGS, ...insertSettings };
    try {
      await this.writePool.use((client) => sendInsert(client, { table, settings, lines }));
    } catch (error) {
      throw toInsertError(error);
    }
  }
}
