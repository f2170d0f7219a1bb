import { openPool, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';

/** Connections of the operational store for everything but stream and jobs, which have their own. */
const MAX_POSTGRES_CONNECTIONS = 20;

/** The pool that all modules of a process share. */
export function openOperationalStore(input: { url: string; logger: Logger }): Pool {
  return openPool({
    databaseUrl: input.url,
    maxConnections: MAX_POSTGRES_CONNECTIONS,
    onIdleCut: (error) => input.logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost'),
  });
}
