import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnyRecord, type Contract, hashOf, hotlineOrderEvent, toWire, wireHeaders } from '@tianyan/contracts';
import { errorKind } from '@tianyan/kernel';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  clusterLayout,
  ensureTablesOf,
  openRemoteWarehouse,
  type OpenWarehouse,
  type RemoteOptions,
  TombstoneWriter,
  type WriterMessage,
} from './index.js';
import { type FaultInput, WarehouseFacade } from './testing/index.js';
import { readRows } from './rows.js';

const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used
const AT_MS = 1_750_000_000_000;
const LOG = 'log_hotline_order_event';

/** Quick, so that a test need not wait; an insert is given up by the server after one second. */
const QUICK: Partial<RemoteOptions> = {
  retry: { maxAttempts: 4, firstDelayMs: 5, maxDelayMs: 50 },
  insertTimeoutSeconds: 1,
  readers: 2,
};

function messageOf(id: string, version: number, orderId: string, offset: number): WriterMessage {
  const raw = JSON.stringify({ id, version, orderId });
  const fields = { orderId, unitId: 'u1', action: 'signed' };
  const record: AnyRecord = {
    id,
    source: 's',
    version,
    op: 'upsert',
    atMs: AT_MS,
    receivedAtMs: AT_MS,
    hash: hashOf(raw),
    raw,
    fields,
  };
  return { key: id, value: toWire(record), headers: wireHeaders(record), offset };
}

function lineOf(message: WriterMessage): string {
  return `{"batch":"b","streamOffset":${message.offset},"deleted":0,${message.value.slice(1)}`;
}

let directory: string;
let facade: WarehouseFacade;
let warehouse: OpenWarehouse;
let writer: TombstoneWriter;
let topics = 0;

/** Each test has ids of its own. */
async function write(topic: string, ...messages: [WriterMessage, ...WriterMessage[]]) {
  return await writer.write({ topic, partition: 0, messages, assertOwned: async () => {} }, contract);
}

async function liveOrders(id: string): Promise<string[]> {
  const sql = 'SELECT orderId FROM cur_hotline_order_event FINAL WHERE id = {id:String} AND deleted = 0';
  return (await readRows(warehouse, z.object({ orderId: z.string() }), { sql, params: { id } })).map(({ orderId }) => orderId);
}

async function countOf(id: string): Promise<number | undefined> {
  const sql = `SELECT count() AS n FROM ${LOG} WHERE id = {id:String} AND tombstone = 0`;
  return (await readRows(warehouse, z.object({ n: z.number() }), { sql, params: { id } }))[0]?.n;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'warehouse-faults-'));
  facade = await WarehouseFacade.start({ directory });
  warehouse = await openRemoteWarehouse({ url: facade.url, ...QUICK });
  writer = new TombstoneWriter(warehouse, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
  await ensureTablesOf(warehouse, contract);
});
afterEach(() => facade.only.faults.clear());
afterAll(async () => {
  await warehouse.close();
  await facade.close();
  await rm(directory, { recursive: true });
});

describe('a correction that moves a record leaves one live row and names both places, though', () => {
  const faults: readonly FaultInput[] = [
    { kind: 'foreign-500', times: 2 },
    { kind: 'exception', code: 252, type: 'TOO_MANY_PARTS', times: 2 },
    { kind: 'exception', code: 209, type: 'SOCKET_TIMEOUT' },
    { kind: 'cut-before', times: 3 },
    { kind: 'cut-after', times: 2 },
    { kind: 'slow', delayMs: 300 },
    { kind: 'silent-after' },
    { kind: 'late-effect', delayMs: 200 },
  ];
  test.each(faults)('the insert meets $kind', async (fault) => {
    const topic = `moved${++topics}`;
    const id = `${topic}-e`;
    await write(topic, messageOf(id, 1, 'o1', 7));
    facade.only.faults.plan({ ...fault, match: `INSERT INTO ${LOG} ` });
    const written = await write(topic, messageOf(id, 2, 'o2', 8));
    expect(facade.only.faults.left).toBe(0);
    // What was to come late has come, or is refused as a repeat.
    if (fault.kind === 'late-effect') await new Promise((resolve) => setTimeout(resolve, 2 * fault.delayMs));
    expect(await liveOrders(id)).toEqual(['o2']);
    const sql = `SELECT orderId, deleted FROM ${LOG} WHERE batch = {b:String} ORDER BY orderId`;
    expect(await warehouse.rows({ sql, params: { b: written.batch } })).toEqual([
      { orderId: 'o1', deleted: 1 },
      { orderId: 'o2', deleted: 0 },
    ]);
  });

  test.each<FaultInput>([
    { kind: 'foreign-500', times: 2 },
    { kind: 'exception', code: 159, type: 'TIMEOUT_EXCEEDED', times: 2 },
    { kind: 'cut-before', times: 2 },
    { kind: 'cut-answer', times: 2 },
  ])('the look-up meets $kind', async (fault) => {
    const topic = `looked${++topics}`;
    const id = `${topic}-e`;
    await write(topic, messageOf(id, 1, 'o1', 7));
    facade.only.faults.plan({ ...fault, match: 'FROM cur_hotline_order_event_by_id' });
    await write(topic, messageOf(id, 2, 'o2', 8));
    expect(facade.only.faults.left).toBe(0);
    expect(await liveOrders(id)).toEqual(['o2']);
  });
});

test('an insert that nobody answers is given up only when it can no longer land behind the back of a look-up', async () => {
  const id = 'ghost';
  facade.only.faults.plan(
    { kind: 'late-effect', delayMs: 700, match: `INSERT INTO ${LOG} ` },
    { kind: 'cut-before', times: 1_000, match: `INSERT INTO ${LOG} ` },
  );
  const error = await warehouse.insertLines(LOG, [lineOf(messageOf(id, 1, 'o1', 1))], id).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'retriable' });
  expect(await countOf(id)).toBe(1);
});

test('a server that stays away, or has too many parts for long, is retriable; a wrong password is not', async () => {
  facade.only.faults.plan({ kind: 'exception', code: 252, type: 'TOO_MANY_PARTS', times: 1_000, match: `INSERT INTO ${LOG} ` });
  const lines = [lineOf(messageOf('never', 1, 'o1', 1))];
  expect(errorKind(await warehouse.insertLines(LOG, lines, 'never').catch((error: unknown) => error))).toBe('retriable');
  const nobody = await openRemoteWarehouse({ url: 'http://127.0.0.1:9', ...QUICK });
  for (const call of [nobody.rows({ sql: 'SELECT 1', params: {} }), nobody.insertLines(LOG, lines, 'never')])
    expect(errorKind(await call.catch((error: unknown) => error))).toBe('retriable');
  await nobody.close();
  facade.only.faults.plan({ kind: 'exception', code: 516, type: 'AUTHENTICATION_FAILED' });
  expect(errorKind(await warehouse.rows({ sql: 'SELECT 1', params: {} }).catch((error: unknown) => error))).toBe('unknown');
});

test('a stream that breaks in the middle says so: no short result passes for a whole one', async () => {
  facade.only.faults.plan({ kind: 'cut-answer', match: 'numbers(300000)' });
  const read = async () => {
    for await (const _ of warehouse.stream({ sql: 'SELECT number FROM numbers(300000)', params: {} }));
  };
  expect(errorKind(await read().catch((error: unknown) => error))).toBe('retriable');
});

test('a statement that was sent is not sent again: a RENAME cannot happen twice', async () => {
  facade.only.faults.plan({ kind: 'cut-after', match: 'CREATE TABLE once' });
  const sql = 'CREATE TABLE once (a Int8) ENGINE = Memory';
  expect(errorKind(await warehouse.execute({ sql, params: {} }).catch((error: unknown) => error))).toBe('retriable');
  expect(facade.only.statements.filter((statement) => statement.includes('once'))).toHaveLength(1);
});

describe('replicas', () => {
  let replicas: WarehouseFacade;
  let clustered: OpenWarehouse;

  beforeAll(async () => {
    // The engine allows one folder a process.
    await warehouse.close();
    await facade.close();
    replicas = await WarehouseFacade.start({ directory, ports: [0, 0], cluster: true });
    clustered = await openRemoteWarehouse({
      url: replicas.url,
      layout: clusterLayout({ kind: 'replicated', cluster: 'tianyan' }),
      ...QUICK,
    });
    await ensureTablesOf(clustered, contract);
  });
  afterAll(async () => {
    await clustered.close();
    await replicas.close();
    facade = await WarehouseFacade.start({ directory });
    warehouse = await openRemoteWarehouse({ url: facade.url, ...QUICK });
  });

  test('each look-up comes after a catch-up, an insert waits for the majority, and the next one serves when one dies', async () => {
    const [first, second] = replicas.listeners;
    const moving = new TombstoneWriter(clustered, () => Promise.reject(new Error('nothing here is poisoned')));
    const send = (...messages: [WriterMessage, ...WriterMessage[]]) =>
      moving.write({ topic: 'replicas', partition: 0, messages, assertOwned: async () => {} }, contract);
    first?.statements.splice(0);
    await send(messageOf('r1', 1, 'o1', 1));
    expect(first?.statements.map((sql) => sql.replaceAll(/\s+/g, ' ').slice(0, 60))).toEqual([
      'SYSTEM SYNC REPLICA cur_hotline_order_event_by_id LIGHTWEIGH',
      expect.stringMatching(/^SELECT id, version, streamOffset/),
      expect.stringMatching(/^INSERT INTO log_hotline_order_event SETTINGS/),
    ]);
    expect(first?.statements.at(-1)).toContain("insert_quorum = 'auto'");
    expect(second?.statements).toEqual([]);
    // The effect is there, the answer is lost; the other replica gets the same insert and refuses it as a repeat.
    first?.faults.plan({ kind: 'cut-after', match: `INSERT INTO ${LOG} ` });
    await send(messageOf('r1', 2, 'o2', 2));
    expect(second?.statements.filter((sql) => sql.startsWith('INSERT'))).toHaveLength(1);
    await replicas.stopListener(1);
    await send(messageOf('r1', 3, 'o3', 3));
    await replicas.stopListener(0);
    await expect(send(messageOf('r1', 4, 'o4', 4))).rejects.toThrow(/out of reach/);
  });
});

describe('TLS', () => {
  test('takes the authority it is given and shows its certificate; refuses an unknown authority', async () => {
    const pem = await certificates(join(directory, 'tls'));
    await warehouse.close();
    await facade.close();
    facade = await WarehouseFacade.start({ directory, tls: { ...pem, ca: pem.cert, clientMustShowCertificate: true } });
    warehouse = await openRemoteWarehouse({ url: facade.url, ...QUICK, tls: { ca: pem.cert, cert: pem.cert, key: pem.key } });
    expect(await liveOrders('r1')).toEqual(['o3']);
    const stranger = await openRemoteWarehouse({ url: facade.url, ...QUICK });
    const error = await stranger.rows({ sql: 'SELECT 1', params: {} }).catch((thrown: unknown) => thrown);
    expect(errorKind(error)).toBe('unknown');
    await stranger.close();
  });
});

async function certificates(folder: string): Promise<{ key: string; cert: string }> {
  await rm(folder, { recursive: true, force: true });
  const [key, cert] = [`${folder}-key.pem`, `${folder}-cert.pem`];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert, ...subject],
    {
      stdio: 'ignore',
    },
  );
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
