import { misreadRow, shownStatement } from '@tianyan/kernel';
import type pg from 'pg';
import type { z } from 'zod';
import { COLUMN_TYPES } from './columns.js';
import { reachingPostgres } from './errors.js';

/** A pool, or a connection inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** With a name it is prepared once per connection: for statements that run many times a second. */
export type Statement = string | { name: string; text: string };

/**
 * The rows that a statement answers, each proved by the schema; columns that it does not name are left out.
 * Throws RetriableError when PostgreSQL is out of reach, and an Error that names the column when a row is not what the schema
 * says: then statement and schema do not belong together, and nothing may be done on the strength of such a row.
 */
export async function rows<S extends z.ZodType>(
  db: Queryable,
  schema: S,
  statement: Statement,
  params: readonly unknown[] = [],
): Promise<z.output<S>[]> {
  const { rows: found } = await send(db, statement, params);
  return found.map((row) => {
    // Row by row: three times as quick as one schema for the whole list.
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    throw misreadRow(parsed.error.issues, textOf(statement));
  });
}

/** The only row, or null. Throws like {@link rows}, and an Error for more than one. */
export async function maybeRow<S extends z.ZodType>(
  db: Queryable,
  schema: S,
  statement: Statement,
  params: readonly unknown[] = [],
): Promise<z.output<S> | null> {
  const [first, ...others] = await rows(db, schema, statement, params);
  if (others.length > 0)
    throw new Error(`${others.length + 1} rows where at most one is expected: ${shownStatement(textOf(statement))}`);
  return first ?? null;
}

/** The only row of a statement that always answers one. Throws like {@link maybeRow}, and an Error for none. */
export async function row<S extends z.ZodType>(
  db: Queryable,
  schema: S,
  statement: Statement,
  params: readonly unknown[] = [],
): Promise<z.output<S>> {
  const only = await maybeRow(db, schema, statement, params);
  if (only === null) throw new Error(`no row where one is expected: ${shownStatement(textOf(statement))}`);
  return only;
}

/** Runs a statement whose answer nobody reads; how many rows it changed. Throws RetriableError when out of reach. */
export async function execute(db: Queryable, statement: Statement, params: readonly unknown[] = []): Promise<number> {
  return (await send(db, statement, params)).rowCount ?? 0;
}

/** Tells whoever listens to the channel; inside a transaction, at its commit. */
export async function notify(db: Queryable, channel: string, payload: string): Promise<void> {
  await execute(db, 'SELECT pg_notify($1, $2)', [channel, payload]);
}

/** Typed as unknown: the driver says `any`, and only the schema knows. */
function send(db: Queryable, statement: Statement, params: readonly unknown[]): Promise<pg.QueryResult<Record<string, unknown>>> {
  const named = typeof statement === 'string' ? { text: statement } : statement;
  return reachingPostgres(() => db.query({ ...named, values: [...params], types: COLUMN_TYPES }));
}

function textOf(statement: Statement): string {
  return typeof statement === 'string' ? statement : statement.text;
}
