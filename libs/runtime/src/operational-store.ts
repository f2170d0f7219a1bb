import { asPostgresError } from '@tianyan/kernel';
import pg from 'pg';
import type { Logger } from 'pino';
import { types } from 'node:util';

/** Connections of the operational store for everything but stream and jobs, which have their own. */
const MAX_POSTGRES_CONNECTIONS = 20;

/**
 * The pool that all modules share. Every failure that comes out of it is classified already: what means that PostgreSQL
 * was out of reach is a RetriableError, so that loops back off and requests are answered "later"; the rest is as it was.
 */
export function openOperationalStore(input: { url: string; logger: Logger }): pg.Pool {
  const pool = new pg.Pool({ connectionString: input.url, max: MAX_POSTGRES_CONNECTIONS });
  pool.on('error', (error) => input.logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
  pool.on('connect', (client) => {
    // While a connection is lent nobody else listens to it, and an error that nobody hears ends the process. Whoever has
    // it is told by the query.
    client.on('error', () => undefined);
    client.query = classifying(client.query.bind(client));
  });
  // The pool's own `query` goes through both.
  pool.connect = classifying(pool.connect.bind(pool));
  return pool;
}

/**
 * The driver's calls answer by a promise, or by a callback in the last place; streams and cursors report by themselves and
 * pass unchanged. The cast: overloads cannot be repeated by a wrapper, and what goes in and out is what it was.
 */
function classifying<F>(call: F & ((...given: never[]) => unknown)): F {
  const plain = call as unknown as (...given: unknown[]) => unknown;
  const classified = (...given: unknown[]): unknown => {
    const last = given.at(-1);
    if (typeof last === 'function') {
      const answer = (error: unknown, ...rest: unknown[]): unknown => last(error ? asPostgresError(error) : error, ...rest);
      return plain(...given.slice(0, -1), answer);
    }
    const result = plain(...given);
    if (!types.isPromise(result)) return result;
    return result.catch((error: unknown) => {
      throw asPostgresError(error);
    });
  };
  return classified as F;
}
