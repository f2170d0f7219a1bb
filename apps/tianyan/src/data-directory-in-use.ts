import { openPool, row } from '@tianyan/postgres';
import { embeddedPostgresDirectory, keptSecret, type TianyanConfig } from '@tianyan/runtime';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Lines of PostgreSQL's pid file; the fourth is its port. */
const PORT_LINE = 3;
const CONNECT_TIMEOUT_MS = 5_000;
const othersSchema = z.object({ others: z.boolean() });

/**
 * Whether another process works on the data directory right now. Its embedded PostgreSQL tells: somebody is connected to
 * it. One that a killed process left behind has nobody, and is nobody's. False without an embedded PostgreSQL.
 */
export async function isDataDirectoryInUse(config: TianyanConfig): Promise<boolean> {
  const pidFile = join(embeddedPostgresDirectory(config), 'postmaster.pid');
  if (config.postgresUrl !== null || !existsSync(pidFile)) return false;
  const port = Number((await readFile(pidFile, 'utf8')).split('\n')[PORT_LINE]);
  if (!Number.isInteger(port) || port <= 0) return false;
  const password = encodeURIComponent(keptSecret(join(config.dataDirectory, 'secrets', 'postgres-password')));
  const pool = openPool({
    databaseUrl: `postgres://tianyan:${password}@127.0.0.1:${port}/postgres`,
    maxConnections: 1,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    // Asked once, and closed.
    onIdleCut: () => undefined,
  });
  try {
    const { others } = await row(
      pool,
      othersSchema,
      `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS others`,
    );
    return others;
  } catch {
    // Nobody answers there, or somebody who does not know our password: the pid file is left over.
    return false;
  } finally {
    await pool.end();
  }
}
