import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hashOf, hotlineOrderEvent, toWire, type Contract } from '@tianyan/contracts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureTablesOf, openRemoteWarehouse } from '../index.js';
import { FACADE_PROGRAM } from './index.js';

let directory: string;
let child: ChildProcess | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'facade-process-'));
});
afterAll(async () => {
  if (child) await end('SIGTERM');
  await rm(directory, { recursive: true });
});

/** Starts the program on the test's data; resolves with its address. */
async function start(port: number): Promise<string> {
  const program = fileURLToPath(FACADE_PROGRAM);
  // The child runs the built library (`npm test` builds first).
  expect(existsSync(program)).toBe(true);
  const started = spawn(process.execPath, [program, '--data', directory, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  for await (const line of createInterface({ input: started.stdout })) {
    const [word, url] = line.split(' ');
    if (word === 'ready' && url) return url;
  }
  throw new Error('the facade ended before it listened');
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const ended = child && child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
  child?.kill(signal);
  await ended;
  child = undefined;
}

test('after SIGKILL in the middle of inserts and a start on the same data, each acknowledged row is there once', async () => {
  const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used
  const url = await start(0);
  const port = Number(new URL(url).port);
  const warehouse = await openRemoteWarehouse({ url, readers: 1, insertTimeoutSeconds: 2 });
  await ensureTablesOf(warehouse, contract);
  const insert = (offset: number) => {
    const fields = { orderId: 'o1', action: 'signed' };
    const value = toWire({
      id: `e${offset}`,
      source: 's',
      version: 1,
      op: 'upsert',
      atMs: 1,
      receivedAtMs: 1,
      hash: hashOf('x'),
      raw: 'x',
      fields,
    });
    return warehouse.insertLines(
      'log_hotline_order_event',
      [`{"batch":"b","streamOffset":${offset},"deleted":0,${value.slice(1)}`],
      `t${offset}`,
    );
  };
  let restarted: Promise<string> | null = null;
  for (let offset = 0; offset < 60; offset++) {
    // The insert in hand meets the end of the process; it is repeated until the new one answers, or fails and is sent again.
    if (offset === 30) restarted = end('SIGKILL').then(() => start(port));
    await insert(offset).catch(async () => {
      await restarted;
      await insert(offset);
    });
  }
  for (const table of ['log_hotline_order_event', 'cur_hotline_order_event FINAL', 'cur_hotline_order_event_by_id FINAL'])
    expect(await warehouse.rows({ sql: `SELECT count() AS n, uniqExact(id) AS ids FROM ${table}`, params: {} })).toEqual([
      { n: 60, ids: 60 },
    ]);
  const faults = await fetch(`${url}/facade/faults`, { method: 'POST', body: JSON.stringify([{ kind: 'cut-before' }]) });
  expect(await faults.json()).toEqual({ left: 1 });
  expect(await warehouse.rows({ sql: 'SELECT 1 AS n', params: {} })).toEqual([{ n: 1 }]);
  expect(await (await fetch(`${url}/facade/faults`)).json()).toEqual({ left: 0 });
  await warehouse.close();
});
