import pg from 'pg';
import { types } from 'node:util';
import { asPostgresError } from './errors.js';

export interface PoolSettings {
  databaseUrl: string;
  /** Whoever wants one more waits: the server has a limited number for all processes together. */
  maxConnections: number;
  /** As the server's list of sessions shows it. */
  applicationName?: string;
  /** An attempt to connect gives up after this; without it only when the network does. */
  connectTimeoutMs?: number;
  /** A statement without an answer for so long counts as a lost connection; without it none does. */
  queryTimeoutMs?: number;
  /** Asks the network about connections that are silent, so that half-open ones are noticed. */
  keepAlive?: boolean;
  /** Settings of each session, such as `-c synchronous_commit=off`. */
  sessionOptions?: string;
  /** A connection that nobody used was cut; the pool makes another one when it is needed. */
  onIdleCut: (error: Error) => void;
}

/**
 * Connects when first used. Every failure that comes out of the pool is classified already: what means that PostgreSQL was
 * out of reach is a RetriableError, so that loops back off and requests are answered "later"; the rest is as it was.
 */
export function openPool(settings: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    max: settings.maxConnections,
    ...(settings.applicationName !== undefined && { application_name: settings.applicationName }),
    ...(settings.connectTimeoutMs !== undefined && { connectionTimeoutMillis: settings.connectTimeoutMs }),
    ...(settings.queryTimeoutMs !== undefined && { query_timeout: settings.queryTimeoutMs }),
    ...(settings.keepAlive !== undefined && { keepAlive: settings.keepAlive }),
    ...(settings.sessionOptions !== undefined && { options: settings.sessionOptions }),
  });
  pool.on('error', settings.onIdleCut);
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
