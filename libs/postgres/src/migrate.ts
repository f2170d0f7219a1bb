import { SECOND_MS } from '@tianyan/kernel';
import { runner } from 'node-pg-migrate';
import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import { reachingPostgres } from './errors.js';
import { rows, type Queryable } from './rows.js';

/** SQL migrations of one library: its name and the folder beside its `src`/`dist`. */
export interface MigrationSet {
  /** Names the table that remembers what has run: `migrations_<name>`. */
  name: string;
  directory: URL;
}

/** A server behind a dead network does not refuse: without this the attempt would last for minutes. */
const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;

const nameSchema = z.object({ name: z.string() });

/** One that is added stands behind all that have run anywhere: otherwise schemas would differ by when they were brought up to date. */
async function assertNewOnesComeLast(client: Queryable, { name, directory }: MigrationSet): Promise<void> {
  // Where the runner keeps it. The name is of a library of ours, not of anybody else.
  const table = `public.migrations_${name}`;
  const found = await rows(client, z.object({ exists: z.boolean() }), 'SELECT to_regclass($1) IS NOT NULL AS exists', [table]);
  if (!found.some(({ exists }) => exists)) return;
  const ran = new Set((await rows(client, nameSchema, `SELECT name FROM ${table}`)).map((row) => row.name));
  const files = (await readdir(directory))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => parse(file).name)
    .toSorted();
  const added = files.find((file) => !ran.has(file));
  const later = added === undefined ? undefined : files.find((file) => file > added && ran.has(file));
  if (later !== undefined)
    throw new Error(`migration ${added} of ${name} stands before ${later}, which has run: a new one takes the next free number`);
}

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
      for (const set of input.sets) {
        await assertNewOnesComeLast(client, set);
        await runner({
          dbClient: client,
          dir: fileURLToPath(set.directory),
          migrationsTable: `migrations_${set.name}`,
          direction: 'up',
          advisoryLockMode: 'wait',
          count: Number.POSITIVE_INFINITY,
          // It takes the order in which they have run from the time of each: after the server's clock was set back nothing would start.
          checkOrder: false,
          log: (message) => input.logger.debug({ set: set.name }, message),
        });
      }
    } finally {
      await client.end();
    }
  });
}
