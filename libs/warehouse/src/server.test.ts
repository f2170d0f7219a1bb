import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Contract, hashOf, hotlineOrderEvent, toWire } from '@tianyan/contracts';
import { errorKind } from '@tianyan/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { ensureTablesOf, type OpenWarehouse, openRemoteWarehouse, type RemoteOptions } from './index.js';
import { ClickHouseServer, SERVER_PROGRAM } from './testing/index.js';

/** What a real server does and the engine inside the process does not: accounts, limits, queries that go on, restarts. */

const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used
const LOG = 'log_hotline_order_event';
const LOOK_MS = 50;
/** Less than the queries that are given up would take, or be allowed. */
const PATIENCE_MS = 8_000;
/** So little that one query can use it up. */
const MEMORY_BYTES = 1_200 * 1024 ** 2;
const QUICK: Partial<RemoteOptions> = {
  retry: { maxAttempts: 3, firstDelayMs: 5, maxDelayMs: 50 },
  insertTimeoutSeconds: 5,
  readers: 2,
};

let directory: string;
let server: ClickHouseServer;
let warehouse: OpenWarehouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clickhouse-server-'));
  server = await ClickHouseServer.start({ directory, memoryBytes: MEMORY_BYTES });
  warehouse = await openRemoteWarehouse({ url: server.url, ...QUICK });
  await ensureTablesOf(warehouse, contract);
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
  await rm(directory, { recursive: true });
});

function lineOf(offset: number): string {
  const value = toWire({
    id: `e${offset}`,
    source: 's',
    version: 1,
    op: 'upsert',
    atMs: 1,
    receivedAtMs: 1,
    hash: hashOf('x'),
    raw: 'x',
    fields: { orderId: 'o1', action: 'signed' },
  });
  return `{"batch":"b","streamOffset":${offset},"deleted":0,${value.slice(1)}`;
}

async function rowsOf(sql: string): Promise<unknown[]> {
  return await warehouse.rows({ sql, params: {} });
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => errorKind(error),
  );
}

describe('a query that was given up', () => {
  const running = (word: string) =>
    rowsOf(`SELECT count() AS n FROM system.processes WHERE query LIKE '%${word}%' AND query NOT LIKE '%processes%'`);
  const until = async (word: string, count: number) => {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!isDeepStrictEqual(await running(word), [{ n: count }])) {
      if (performance.now() > deadlineMs) throw new Error(`there are not ${count} of ${word}`);
      await pause(LOOK_MS);
    }
  };

  test.each([
    // The connection is closed while the server has nothing to send, so it would notice nothing.
    ['waits', 'givenup', 'SELECT sleepEachRow(0.1) AS givenup FROM numbers(1000) SETTINGS max_block_size = 1'],
    ['counts', 'leftalone', 'SELECT sum(sipHash64(toString(number))) AS leftalone FROM numbers(900000000)'],
  ] as const)('and %s is ended on the server, long before its end', async (_, word, sql) => {
    const giveUp = new AbortController();
    const read = async () => {
      for await (const _ of warehouse.stream({ sql, params: {} }, giveUp.signal));
    };
    const given = expect(read()).rejects.toThrow('stopping');
    await until(word, 1);
    giveUp.abort(new Error('stopping'));
    await given;
    await until(word, 0);
  });
});

test('settings of one request mean nothing to the next', async () => {
  const setting = "getSetting('max_threads') AS n";
  const [before] = await rowsOf(`SELECT ${setting}`);
  expect(await rowsOf(`SELECT ${setting} SETTINGS max_threads = 7`)).toEqual([{ n: 7 }]);
  expect(await rowsOf(`SELECT ${setting}`)).toEqual([before]);
});

test('an error after the first rows arrives as an error, and no short result passes for a whole one', async () => {
  const sql = 'SELECT number, throwIf(number = 250000) AS never FROM numbers(300000) SETTINGS max_block_size = 1000';
  let rows = 0;
  const read = async () => {
    for await (const piece of warehouse.stream({ sql, params: {} })) rows += piece.length;
  };
  await expect(read()).rejects.toThrow(/throwIf/);
  expect(rows).toBe(0);
});

describe('limits of the server are retriable', () => {
  test('its memory', async () => {
    const sql = 'SELECT length(groupArray(number)) AS n FROM numbers(1000000000) SETTINGS max_threads = 1';
    const thrown = await rowsOf(sql).catch((error: unknown) => error);
    expect(String(thrown)).toContain('MEMORY_LIMIT_EXCEEDED');
    expect(errorKind(thrown)).toBe('retriable');
    expect(await rowsOf('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('too many parts', async () => {
    const settings = 'parts_to_throw_insert = 2, parts_to_delay_insert = 0, max_bytes_to_merge_at_max_space_in_pool = 1';
    await warehouse.execute({
      sql: `CREATE TABLE crowded (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${settings}`,
      params: {},
    });
    const insert = (a: number) => warehouse.insertLines('crowded', [`{"a":${a}}`], `t${a}`);
    let thrown: unknown;
    for (let a = 0; a < 5 && thrown === undefined; a++)
      thrown = await insert(a).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(String(thrown)).toContain('TOO_MANY_PARTS');
    expect(errorKind(thrown)).toBe('retriable');
  });
});

test('nobody is let in without a password, under no name', async () => {
  const ask = async (address: string, headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${server.port}${address}`, { method: 'POST', headers, body: "SELECT file('/etc/passwd')" }))
      .status;
  expect(await ask('/', {})).toBe(404);
  expect(await ask('/?user=default', { authorization: 'Basic dGlhbnlhbjp4' })).toBe(404);
  expect(await ask('/', { 'x-clickhouse-user': 'default' })).toBe(404);
});

test('killed in the middle of inserts and queries and started on its data, it has each acknowledged row once', async () => {
  const { port } = server;
  let restarted: Promise<unknown> | null = null;
  const restart = async () => {
    await server.kill();
    server = await ClickHouseServer.start({ directory, port, memoryBytes: MEMORY_BYTES });
  };
  const insert = (offset: number) => warehouse.insertLines(LOG, [lineOf(offset)], `r${offset}`);
  const questions: Promise<string>[] = [];
  for (let offset = 0; offset < 60; offset++) {
    if (offset === 30) restarted = restart();
    questions.push(kindOf(rowsOf(`SELECT count() FROM ${LOG}`)));
    // The insert in hand meets the end of the process; it is repeated until the new one answers, or fails and is sent again.
    await insert(offset).catch(async (error: unknown) => {
      expect(errorKind(error)).toBe('retriable');
      await restarted;
      await insert(offset);
    });
  }
  expect(new Set(await Promise.all(questions))).not.toContain('unknown');
  // What a table remembers of inserts outlives the process: a repeat changes nothing.
  for (const offset of [3, 29, 30, 59]) await insert(offset);
  for (const table of [LOG, 'cur_hotline_order_event FINAL', 'cur_hotline_order_event_by_id FINAL'])
    expect(await rowsOf(`SELECT count() AS n, uniqExact(id) AS ids FROM ${table} WHERE streamOffset < 1000`)).toEqual([
      { n: 60, ids: 60 },
    ]);
});

test('as a program it ends with whoever started it, even killed, and leaves no server behind', async () => {
  const args = [fileURLToPath(SERVER_PROGRAM), '--data', join(directory, 'other')];
  const program = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
  const { url, pid } = JSON.parse(line) as { url: string; pid: number }; // as the program writes it
  const reader = await openRemoteWarehouse({ url, ...QUICK });
  expect(await reader.rows({ sql: 'SELECT currentDatabase() AS name', params: {} })).toEqual([{ name: 'tianyan' }]);
  await reader.close();
  program.kill('SIGKILL');
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (isAlive(pid)) {
    if (performance.now() > deadlineMs) throw new Error(`server ${pid} goes on`);
    await pause(LOOK_MS);
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
