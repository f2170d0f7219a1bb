import {
  alertMigrations,
  AlertOutbox,
  signature,
  SIGNATURE_HEADER,
  TeamStore,
  TIMESTAMP_HEADER,
  webhookKey,
} from '@tianyan/alerts';
import { seededRng, systemClock, timerPause, uuidSource } from '@tianyan/kernel';
import { migrate, startEmbeddedPostgres } from '@tianyan/runtime';
import { DeliveryQueries, DeliveryQueue, DeliveryRound } from '@tianyan/alerts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { DeliveryLoop } from './delivery-loop.js';
import { createWebhookSender } from './send-webhook.js';

interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const logger = pino({ level: 'silent' });
const SECRET = 'installation';
let directory: string;
let postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let pool: pg.Pool;
let receiver: Server;
let host: string;
const heard: Heard[] = [];
let onHeard: () => void = () => {};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-notifier-'));
  // Started by root, the server runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  postgres = await startEmbeddedPostgres({ directory: join(directory, 'pg'), password: 'test', logger });
  await migrate({ databaseUrl: postgres.url, sets: [alertMigrations], logger });
  pool = new pg.Pool({ connectionString: postgres.url });
  // Idle connections that the server closes while it shuts down are no failure of a test.
  pool.on('error', () => {});
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', headers: request.headers, body });
      if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else response.writeHead(204).end();
      onHeard();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo; // a TCP server that listens has one
  host = `127.0.0.1:${port}`;
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  await new Promise((resolve) => receiver.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

async function enqueue(findingId: string): Promise<void> {
  const client = await pool.connect();
  try {
    await new AlertOutbox({ clock: systemClock, settleMs: 0 }).enqueue(client, [
      { id: findingId, severity: 'high', title: '工单踢皮球', explanation: '被退回三次', townshipCode: '100', occurredAtMs: 1 },
    ]);
  } finally {
    client.release();
  }
}

test('an alert is sent as soon as it is committed, signed; a redirect is not followed', async () => {
  const teams = new TeamStore({ pool, ids: uuidSource, clock: systemClock });
  await teams.setWebhookHosts([host]);
  const settings = {
    name: '响水组',
    townshipCodes: ['100'],
    memberIds: [],
    webhookUrl: `http://${host}/hook`,
    minSeverity: 'low',
  } as const;
  const team = await teams.create(settings);
  await teams.nextWebhookKeyVersion(team.id);
  const sender = createWebhookSender();
  const queue = new DeliveryQueue({ pool, clock: systemClock, rng: seededRng(1) });
  const round = new DeliveryRound({ queue, teams, send: sender.send, clock: systemClock, secret: SECRET });
  const loop = new DeliveryLoop({ round, pool, pause: timerPause, rng: seededRng(1), logger });
  loop.start();
  try {
    const first = new Promise<void>((resolve) => (onHeard = resolve));
    await enqueue('a');
    await first;
    const [request] = heard;
    const timestampMs = Number(request?.headers[TIMESTAMP_HEADER]);
    expect(request?.headers[SIGNATURE_HEADER]).toBe(signature(webhookKey(SECRET, team.id, 1), timestampMs, request?.body ?? ''));
    expect(request?.headers['idempotency-key']).toBe(`a:0:opened:${team.id}`);

    await teams.update(team.id, { ...settings, webhookUrl: `http://${host}/moved` });
    const second = new Promise<void>((resolve) => (onHeard = resolve));
    await enqueue('b');
    await second;
  } finally {
    // Waits for the round in hand: what came of it is written down afterwards.
    await loop.stop();
    await sender.close();
  }
  expect(heard.map(({ path }) => path)).toEqual(['/hook', '/moved']);
  const { items } = await new DeliveryQueries(pool, systemClock).list({ state: null, limit: 10 });
  expect(items.map(({ findingId, state, lastError }) => [findingId, state, lastError])).toEqual([
    ['b', 'dead', '对方答复 HTTP 302'],
    ['a', 'delivered', null],
  ]);
});
