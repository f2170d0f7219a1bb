import { accessMigrations } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import {
  AlertOutbox,
  DeliveryQueries,
  DeliveryQueue,
  DeliveryRound,
  noticeMigrations,
  signature,
  SIGNATURE_HEADER,
  Summaries,
  TeamChannels,
  TeamStore,
  TIMESTAMP_HEADER,
  WebhookChannel,
  webhookKey,
} from '@tianyan/notices';
import { LOOPBACK_NETWORKS, MINUTE_MS, OutboundHosts, seededRng, systemClock, timerPause, uuidSource } from '@tianyan/kernel';
import { builtInCatalogue } from '@tianyan/contracts';
import type { Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readConfig } from '@tianyan/runtime';
import { createPostgresStream, streamMigrations, type Stream } from '@tianyan/stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { composeNotifier } from './compose-notifier.js';
import { DeliveryLoop } from './delivery-loop.js';
import { createHttpPost } from './channels/http-post.js';

interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const logger = pino({ level: 'silent' });
const SECRET = 'installation';
let postgres: TestPostgres;
let pool: Pool;
let stream: Stream;
let receiver: Server;
let host: string;
const heard: Heard[] = [];
let onHeard: () => void = () => {};

beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations, accessMigrations, streamMigrations]);
  pool = postgres.pool;
  const ofLog = { clock: systemClock, rng: seededRng(1), ids: uuidSource, onEvent: () => {} };
  stream = createPostgresStream({ databaseUrl: postgres.databaseUrl, ...ofLog });
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', headers: request.headers, body });
      if (request.url === '/busy') response.writeHead(429, { 'retry-after': '120' }).end();
      else if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else if (request.url?.startsWith('/cgi-bin/')) response.writeHead(200).end('{"errcode":0}');
      else response.writeHead(204).end();
      onHeard();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo; // a TCP server that listens has one
  host = `127.0.0.1:${port}`;
});
afterAll(async () => {
  await stream.close();
  await postgres.stop();
  await new Promise((resolve) => receiver.close(resolve));
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
  const outbound = new OutboundHosts(LOOPBACK_NETWORKS);
  const teams = new TeamStore({ pool, ids: uuidSource, clock: systemClock, outbound });
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
  const post = createHttpPost(outbound);
  const queue = new DeliveryQueue({ pool, clock: systemClock, rng: seededRng(1) });
  const round = new DeliveryRound({
    queue,
    summaries: new Summaries({ pool, clock: systemClock }),
    channel: new WebhookChannel({ teams, send: (request) => post.send(request), clock: systemClock, secret: SECRET }),
  });
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
    await post.close();
  }
  expect(heard.map(({ path }) => path)).toEqual(['/hook', '/moved']);
  const { items } = await new DeliveryQueries(pool, systemClock).list(WHOLE_COUNTY, { state: null, limit: 10 });
  expect(items.map(({ subject, state, lastError }) => [subject.id, state, lastError])).toEqual([
    ['b', 'dead', '对方答复 HTTP 302'],
    ['a', 'delivered', null],
  ]);
});

test('a webhook may not lead to this machine: neither by its address nor by a name that leads here when it is connected to', async () => {
  const outbound = new OutboundHosts();
  const teams = new TeamStore({ pool, ids: uuidSource, clock: systemClock, outbound });
  const { port } = receiver.address() as AddressInfo; // a TCP server that listens has one
  await teams.setWebhookHosts([host, '169.254.169.254']);
  const settings = { name: '内网组', townshipCodes: ['200'], memberIds: [], minSeverity: 'low' } as const;
  for (const webhookUrl of [`http://${host}/hook`, 'http://169.254.169.254/latest/meta-data'])
    await expect(teams.create({ ...settings, webhookUrl })).rejects.toThrow('本机');

  const post = createHttpPost(outbound);
  const before = heard.length;
  try {
    // The name passes: what it leads to is known only when it is connected to.
    const url = new URL(`http://localhost:${port}/hook`);
    await expect(post.send({ url, headers: {}, body: '{}' })).rejects.toThrow('本机');
  } finally {
    await post.close();
  }
  expect(heard).toHaveLength(before);
});

test('what the receiver asks for by Retry-After is handed on', async () => {
  const post = createHttpPost(new OutboundHosts(LOOPBACK_NETWORKS));
  try {
    const answer = await post.send({ url: new URL(`http://${host}/busy`), headers: {}, body: '{}' });
    expect(answer).toEqual({ status: 429, retryAfter: '120' });
  } finally {
    await post.close();
  }
});

test('an alert reaches the group of its team by the robot that an administrator has added, and so does its withdrawal', async () => {
  const digestKey = 'a key of the installation, long enough';
  const config = readConfig({ TIANYAN_DIGEST_KEY: digestKey, TIANYAN_ALLOW_LOCAL_ADDRESSES: '127.0.0.1' });
  const teams = new TeamStore({ pool, ids: uuidSource, clock: systemClock });
  const settings = { townshipCodes: ['300'], memberIds: [], webhookUrl: null, minSeverity: 'low' } as const;
  const team = await teams.create({ ...settings, name: '三组' });
  const channels = new TeamChannels({ pool, ids: uuidSource, clock: systemClock, secret: digestKey });
  const target = { kind: 'wecom', token: 'token-of-the-robot' } as const;
  await channels.add(team.id, { name: '三组群', minSeverity: 'high', target });
  const notifier = composeNotifier({
    config,
    postgres: pool,
    catalogue: builtInCatalogue,
    stream,
    machineClock: systemClock,
    rng: seededRng(1),
    ids: uuidSource,
    logger,
    sources: { list: async () => [] },
    watched: [],
    quarantine: { grewBy: async () => false },
    names: { refresh: async () => ({ division: (code) => (code === '300' ? '三河镇' : undefined) }) },
    robotUrls: { wecom: `http://${host}` },
  });
  const before = heard.length;
  const next = () => new Promise<void>((resolve) => (onHeard = resolve));
  const client = await pool.connect();
  const outbox = new AlertOutbox({ clock: systemClock, settleMs: 0 });
  const finding = { title: '工单踢皮球', explanation: '被退回三次', townshipCode: '300', occurredAtMs: 1 } as const;
  notifier.start();
  try {
    const opened = next();
    await outbox.enqueue(client, [
      { id: 'severe', severity: 'high', ...finding },
      { id: 'medium', severity: 'medium', ...finding },
    ]);
    await opened;
    const withdrawn = next();
    await outbox.enqueueWithdrawn(client, [{ id: 'severe' }, { id: 'medium' }]);
    await withdrawn;
  } finally {
    client.release();
    await notifier.stop();
  }
  const told = heard.slice(before);
  expect(told.map(({ path }) => path)).toEqual(Array(2).fill('/cgi-bin/webhook/send?key=token-of-the-robot'));
  expect(told[0]?.body).toContain('【严重】工单踢皮球');
  expect(told[0]?.body).toContain('三河镇');
  expect(told[0]?.body).not.toContain('被退回三次');
  expect(told[1]?.body).toContain('撤回');
});

test('two notifiers, as processes make them, tell a receiver once that a source is out', async () => {
  const digestKey = 'a key of the installation, long enough';
  const config = readConfig({ TIANYAN_DIGEST_KEY: digestKey, TIANYAN_ALLOW_LOCAL_ADDRESSES: '127.0.0.1' });
  const teams = new TeamStore({ pool, ids: uuidSource, clock: systemClock, outbound: new OutboundHosts(LOOPBACK_NETWORKS) });
  await teams.setWebhookHosts([host]);
  const settings = { name: '信息中心', townshipCodes: [], memberIds: [], minSeverity: 'low', platformNotices: true } as const;
  const team = await teams.create({ ...settings, webhookUrl: `http://${host}/sources` });
  await teams.nextWebhookKeyVersion(team.id);
  // Seen by a notifier that is no more, since before patience ended.
  const nowMs = systemClock.nowMs();
  await pool.query(
    `INSERT INTO outage (subject_kind, subject_id, round, trouble, began_at_ms, seen_at_ms) VALUES ('source', 'hotline-12345', 0, 'failing', $1, $2)`,
    [nowMs - 20 * MINUTE_MS, nowMs - MINUTE_MS],
  );
  const state = {
    name: 'hotline-12345',
    label: '12345 热线',
    enabled: true,
    lastRunAtMs: nowMs,
    lastSuccessAtMs: null,
    lastPageAtMs: null,
  };
  const parts = {
    config,
    postgres: pool,
    catalogue: builtInCatalogue,
    stream,
    machineClock: systemClock,
    rng: seededRng(1),
    ids: uuidSource,
    logger,
    sources: { list: async () => [{ ...state, state: 'failing' as const }] },
    watched: [{ name: 'hotline-12345', everyMs: MINUTE_MS }],
    quarantine: { grewBy: async () => false },
    names: { refresh: async () => ({ division: () => undefined }) },
  };
  const notifiers = [composeNotifier(parts), composeNotifier({ ...parts, postgres: postgres.openPool() })];
  const before = heard.length;
  const told = new Promise<void>((resolve) => (onHeard = resolve));
  for (const notifier of notifiers) notifier.start();
  await told;
  // Waits for the rounds in hand.
  await Promise.all(notifiers.map((notifier) => notifier.stop()));
  const [request, ...others] = heard.slice(before);
  expect(others).toEqual([]);
  expect(request?.path).toBe('/sources');
  expect(request?.headers['idempotency-key']).toBe(`source:hotline-12345:0:source-failing:${team.id}`);
  expect(request?.headers[SIGNATURE_HEADER]).toBe(
    signature(webhookKey(digestKey, team.id, 1), Number(request?.headers[TIMESTAMP_HEADER]), request?.body ?? ''),
  );
  expect(JSON.parse(request?.body ?? '')).toMatchObject({ event: 'source.failing', source: 'hotline-12345' });
});
