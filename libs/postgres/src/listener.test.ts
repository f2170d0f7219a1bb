import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { errorKind, freePort, seededRng, timerPause } from '@tianyan/kernel';
import { execute, Listener, notify, openPool, type ListenerParts, type Pool } from './index.js';
import { layCable, startTestPostgres, type Cable, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
let cable: Cable;
beforeAll(async () => {
  postgres = await startTestPostgres();
  cable = await layCable(postgres.databaseUrl);
});
afterAll(async () => {
  await cable.remove();
  await postgres.stop();
});
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** What happened, in order, and a way to wait for the next thing. */
class Heard {
  private readonly entries: string[] = [];
  private wake: () => void = () => undefined;
  readonly push = (entry: string): void => {
    this.entries.push(entry);
    this.wake();
  };
  async next(): Promise<string> {
    while (this.entries.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.entries.shift() ?? '';
  }
}

function listen(parts: Partial<ListenerParts> = {}): { listener: Listener; heard: Heard; pool: Pool } {
  const heard = new Heard();
  const pool = openPool({ databaseUrl: cable.url, maxConnections: 1, onIdleCut: () => undefined });
  const listener = new Listener({
    pool,
    channels: ['news', 'More "news"'],
    backoff: { firstDelayMs: 5, maxDelayMs: 20 },
    rng: seededRng(1),
    pause: timerPause,
    onNotification: (channel, payload) => heard.push(`${channel}: ${payload}`),
    onListening: (isFirst) => heard.push(isFirst ? 'listens' : 'listens again'),
    onLost: (error) => heard.push(`lost, ${errorKind(error)}`),
    ...parts,
  });
  closers.push(async () => {
    await listener.stop();
    await pool.end();
  });
  return { listener, heard, pool };
}

test('hears every channel, comes back by itself after a cut, and then has another session', async () => {
  const { listener, heard } = listen();
  listener.start();
  expect(await heard.next()).toBe('listens');
  const before = listener.session();
  await notify(postgres.pool, 'news', 'one');
  expect(await heard.next()).toBe('news: one');
  await notify(postgres.pool, 'More "news"', 'two');
  expect(await heard.next()).toBe('More "news": two');

  cable.cut();
  expect(await heard.next()).toBe('lost, retriable');
  expect(listener.session()).toBeNull();
  // It goes on trying.
  expect(await heard.next()).toBe('lost, retriable');
  cable.mend();
  let next = await heard.next();
  while (next === 'lost, retriable') next = await heard.next();
  expect(next).toBe('listens again');
  expect(listener.session()).toEqual({ backendPid: expect.any(Number), backendStartedAt: expect.any(String) });
  expect(listener.session()).not.toEqual(before);
  await notify(postgres.pool, 'news', 'three');
  expect(await heard.next()).toBe('news: three');
});

test('started at once, it says whether the server is there', async () => {
  cable.cut();
  const { listener } = listen();
  expect(errorKind(await listener.startNow().catch((error: unknown) => error))).toBe('retriable');
  cable.mend();
  await listener.startNow();
});

test('stopped, its connection is closed and nobody who borrows one hears its notices', async () => {
  const { listener, heard, pool } = listen();
  await listener.startNow();
  expect(await heard.next()).toBe('listens');
  await listener.stop();
  await execute(pool, 'SELECT 1');
  await notify(pool, 'news', 'late');
  heard.push('nothing');
  expect(await heard.next()).toBe('nothing');
});

test('can be stopped while it connects', async () => {
  // Every connection of the pool is lent: the attempt lasts until one is given back.
  const { listener, heard, pool } = listen();
  const lent = await pool.connect();
  listener.start();
  await listener.stop();
  lent.release();
  await execute(pool, 'SELECT 1');
  heard.push('nothing');
  expect(await heard.next()).toBe('nothing');
});

test('can be stopped while it waits for another attempt', async () => {
  const pool = openPool({
    databaseUrl: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
    maxConnections: 1,
    onIdleCut: () => undefined,
  });
  const { listener, heard } = listen({ pool, backoff: { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 } });
  listener.start();
  expect(await heard.next()).toBe('lost, retriable');
  await listener.stop();
  await pool.end();
});
