import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorKind } from '@tianyan/kernel';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { migrate, rows, type MigrationSet } from './index.js';
import { layCable, startTestPostgres, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
let directory: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  directory = await mkdtemp(join(tmpdir(), 'tianyan-migrate-'));
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true });
});

const logger = { debug: () => undefined };
async function setOf(name: string, sql: string): Promise<MigrationSet> {
  await writeFile(join(directory, `001_${name}.sql`), `-- Up Migration\n${sql}\n-- Down Migration\n`);
  return { name, directory: pathToFileURL(`${directory}/`) };
}

/** How many connections the server has taken through it, and not ended. */
async function counted(databaseUrl: string) {
  const target = new URL(databaseUrl);
  let taken = 0;
  let ended = 0;
  // Half open: what one side has ended is not ended for the other before that one has.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    taken++;
    far.once('end', () => ended++);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port); // a TCP server that listens has one
  return {
    url: url.href,
    counts: () => ({ taken, open: taken - ended }),
    remove: () => new Promise((resolve) => server.close(resolve)),
  };
}

test('the server has ended the connection when it resolves: what is stopped then cuts nobody off', async () => {
  const way = await counted(postgres.databaseUrl);
  const set = await setOf('plain', 'CREATE TABLE plain (id text);');
  await migrate({ databaseUrl: way.url, sets: [set], logger });
  expect(way.counts()).toEqual({ taken: 1, open: 0 });
  await migrate({ databaseUrl: way.url, sets: [set, set], logger });
  expect(way.counts()).toEqual({ taken: 2, open: 0 });
  await way.remove();
  expect(await rows(postgres.pool, z.object({ id: z.string() }), 'SELECT id FROM plain')).toEqual([]);
});

test('a connection that is cut while it works is a failure of its own, and retriable', async () => {
  const cable = await layCable(await postgres.createDatabase());
  const set = await setOf('slow', 'SELECT pg_sleep(600);');
  const running = migrate({ databaseUrl: cable.url, sets: [set], logger });
  const sleeps = async () =>
    (
      await rows(
        postgres.pool,
        z.object({ pid: z.int() }),
        `SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()`,
      )
    ).length > 0;
  while (!(await sleeps()));
  cable.cut();
  expect(
    errorKind(
      await running.then(
        () => null,
        (error: unknown) => error,
      ),
    ),
  ).toBe('retriable');
  await cable.remove();
});

describe('order', () => {
  /** A library of its own, with so many migrations. */
  async function libraryOf(name: string) {
    const folder = join(directory, name);
    await mkdir(folder);
    const set = { name, directory: pathToFileURL(`${folder}/`) };
    const add = (number: string) =>
      writeFile(join(folder, `${number}_table.sql`), `-- Up Migration\nCREATE TABLE ${name}_${number} ();\n-- Down Migration\n`);
    return { add, start: () => migrate({ databaseUrl: postgres.databaseUrl, sets: [set], logger }) };
  }

  test('a server whose clock was set back after the first start is brought up to date, and starts again', async () => {
    const { add, start } = await libraryOf('ahead');
    await add('001');
    await add('002');
    await start();
    await postgres.pool.query("UPDATE migrations_ahead SET run_on = run_on + interval '400 days'");
    await add('003');
    await start();
    await start();
    await add('004');
    await start();
    const ran = await rows(postgres.pool, z.object({ name: z.string() }), 'SELECT name FROM migrations_ahead ORDER BY id');
    expect(ran.map(({ name }) => name)).toEqual(['001_table', '002_table', '003_table', '004_table']);
  });

  test('one that was put between those that have run is refused, and nothing is changed', async () => {
    const { add, start } = await libraryOf('between');
    await add('001');
    await add('003');
    await start();
    await add('002');
    await expect(start()).rejects.toThrow('migration 002_table of between stands before 003_table');
    const exists = "SELECT to_regclass('between_002') IS NOT NULL AS exists";
    expect(await rows(postgres.pool, z.object({ exists: z.boolean() }), exists)).toEqual([{ exists: false }]);
  });
});
