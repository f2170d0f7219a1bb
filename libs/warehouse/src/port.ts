import type { Line } from './line.js';
import type { TableLayout } from './schema/layout.js';

/** A query with its parameters; settings stand in the SQL, never beside it (they would stick to the embedded client). */
export interface SqlQuery {
  sql: string;
  params: Readonly<Record<string, unknown>>;
}

/**
 * Read access to the warehouse. Rows come back as JSON objects, 64-bit integers as JSON numbers where they are safe
 * integers (fen, milliseconds) — the adapter sets `output_format_json_quote_64bit_integers=0` for good on its client.
 */
export interface WarehouseReader {
  /** What a row holds is for its reader to prove: by a schema (rows.ts), or by a check of its own where the rows are very many. */
  rows(query: SqlQuery): Promise<unknown[]>;
  /**
   * Rows as they come, in pieces; for results that should not stand in memory at once. Throws the reason of `signal` when
   * that says that nobody waits any more; a server then ends the query.
   * @param onRead is told once, after the last row, how many rows of tables the query has read, as ClickHouse counts them. Of a query that fails, or whose
   * reader goes away before, nothing is told.
   */
  stream(query: SqlQuery, signal?: AbortSignal, onRead?: (rows: number) => void): AsyncIterable<readonly unknown[]>;
}

/** Statements without a result: schema changes, inserts of small reference tables. */
export interface WarehouseAdmin extends WarehouseReader {
  /** How tables are laid out over servers; plain tables of one server without it. */
  readonly layout?: TableLayout;
  execute(query: SqlQuery): Promise<void>;
  /**
   * One insert, one token: the rows as JSONEachRow lines. A repeat with the same token changes nothing.
   * Throws RetriableError when the server is out of reach or overloaded.
   */
  insertLines(table: string, lines: readonly Line[], deduplicationToken: string): Promise<void>;
}
