import { SECOND_MS } from '@tianyan/kernel';
import { runner } from 'node-pg-migrate';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { reachingPostgres } from './errors.js';

/** SQL migrations of one library: its name and the folder beside its `src`/`dist`. */
export interface MigrationSet {
  /** Names the table that remembers what has run: `migrations_<name>`. */
  name: string;
  directory: URL;
}

/** A server behind a dead network does not refuse: without this the attempt would last for minutes. */
const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;

/**
 * Brings the schema of each library up to date, in the order given. Safe to run from several processes at once:
 * they wait for each other at an advisory lock. Its connection is closed when it resolves. Throws RetriableError when PostgreSQL is out of reach.
 */
export async function migrate(input: {
  databaseUrl: string;
  sets: readonly MigrationSet[];
  logger: { debug(fields: object, message: string): void };
}): Promise<void> {
  await reachingPostgres(async () => {
    // The runner's own it neither listens to nor waits for: one that the server closes while it ends would end the process.
    const client = new pg.Client({ connectionString: input.databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    // Whoever waits for an answer is told by the query.
    client.on('error', () => undefined);
    try {
      await client.connect();
      for (const set of input.sets)
        await runner({
          dbClient: client,
          dir: fileURLToPath(set.directory),
          migrationsTable: `migrations_${set.name}`,
          direction: 'up',
          advisoryLockMode: 'wait',
          count: Number.POSITIVE_INFINITY,
          log: (message) => input.logger.debug({ set: set.name }, message),
        });
    } finally {
      await client.end();
    }
  });
}
