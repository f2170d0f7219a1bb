import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort, RefusedError, seededRng, systemClock, timerPause } from '@tianyan/kernel';
import { openEmbeddedWarehouse } from '@tianyan/warehouse';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openParts, openStream, readConfig, startEmbeddedPostgres, type RunningPostgres } from '../index.js';
import { startRedis } from '../redis.test-fixture.js';
import { pingRedis, StartAbandonedError, storeAddresses, StoreWait } from './index.js';

const logger = pino({ level: 'silent' });
let directory: string;
let said: string[];
let stop: AbortController;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-wait-'));
  // Started by root, PostgreSQL runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  said = [];
  stop = new AbortController();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** @param onSay told of each line that the person who starts the process sees */
function waitUpTo(timeoutMs: number, onSay: (text: string) => void = () => undefined): StoreWait {
  return new StoreWait({
    processName: 'writer',
    timeoutMs,
    say: (text) => {
      said.push(text);
      onSay(text);
    },
    logger,
    clock: systemClock,
    rng: seededRng(1),
    pause: timerPause,
    signal: stop.signal,
  });
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('PostgreSQL', () => {
  let port: number;
  const url = (password = 'test', database = 'tianyan') => `postgres://tianyan:${password}@127.0.0.1:${port}/${database}`;
  const open = (wait: StoreWait, postgresUrl: string) =>
    openParts({
      config: readConfig({ TIANYAN_POSTGRES_URL: postgresUrl, TIANYAN_DATA: directory }),
      logger,
      countyClock: systemClock,
      migrations: [],
      embedded: {
        postgres: () => Promise.reject(new Error('a server is named')),
        warehouse: () => openEmbeddedWarehouse({ directory: join(directory, 'clickhouse') }),
      },
      wait,
    });
  const startServer = () => startEmbeddedPostgres({ directory: join(directory, 'pg'), password: 'test', port, logger });
  beforeEach(async () => {
    port = await freePort();
  });

  test('a process started before it says so once, waits, and goes on when it is there', async () => {
    // The first start makes the database, and nobody waits for a server without it.
    await (await startServer()).stop();
    const servers: Promise<RunningPostgres>[] = [];
    const wait = waitUpTo(60_000, () => {
      if (servers.length === 0) servers.push(startServer());
    });
    const opened = await open(wait, url());
    expect(said).toEqual([
      `writer 正在等待 PostgreSQL（127.0.0.1:${port}）：连接被拒绝，可能还没有启动。连上后自动继续，最多再等 1 分钟。`,
      'writer 已连上 PostgreSQL，继续启动。',
    ]);
    expect(wait.waitingFor).toBeNull();
    await opened.close();
    for (const server of await Promise.all(servers)) await server.stop();
  });

  test('a wrong password and an unknown database are refused at once, and say what to correct', async () => {
    const server = await startServer();
    const wrongPassword = await failureOf(open(waitUpTo(60_000), url('wrong')));
    expect(wrongPassword).toBeInstanceOf(RefusedError);
    expect(wrongPassword).toMatchObject({ message: expect.stringContaining('用户名或密码不对，请改正 TIANYAN_POSTGRES_URL') });
    expect(await failureOf(open(waitUpTo(60_000), url('test', 'elsewhere')))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('没有这个数据库'),
    });
    expect(said).toEqual([]);
    await server.stop();
  });

  test('the time is limited, and a stop ends the waiting', async () => {
    expect(await failureOf(open(waitUpTo(0), url()))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('还是连不上'),
    });
    expect(await failureOf(open(waitUpTo(300), url()))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('等了 1 秒'),
    });
    const wait = waitUpTo(60_000, () => stop.abort());
    expect(await failureOf(open(wait, url()))).toBeInstanceOf(StartAbandonedError);
    expect(wait.waitingFor).toBe('PostgreSQL');
  });
});

test('Kafka and a host that no name server knows are waited for', async () => {
  const port = await freePort();
  const config = readConfig({
    TIANYAN_POSTGRES_URL: 'postgres://db.invalid/tianyan',
    TIANYAN_KAFKA_BROKERS: `127.0.0.1:${port}`,
  });
  const stores = storeAddresses(config);
  const stream = openStream({ config, postgresUrl: 'postgres://db.invalid/tianyan', logger });
  const lag = () => stream.admin().lag('group', ['topic']);
  expect(await failureOf(waitUpTo(0).until(stores.stream, lag))).toMatchObject({
    message: expect.stringContaining(`Kafka（127.0.0.1:${port}）还是连不上`),
  });
  await stream.close();
  const host = await failureOf(
    openParts({ config, logger, countyClock: systemClock, migrations: [], embedded: null, wait: waitUpTo(0) }),
  );
  expect(host).toMatchObject({ message: expect.stringMatching(/db\.invalid.*还是连不上.*主机名/) });
});

const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
if (!hasRedis) console.warn('SKIPPED: waiting for Redis, because redis-server is not installed (apt-get install redis-server)');

// Where everything has to be tested, what is missing is a failure.
(hasRedis || process.env['CI'] === 'true' ? test : test.skip)('Redis is waited for, but not with a wrong password', async () => {
  const away = `redis://127.0.0.1:${await freePort()}`;
  const { redis } = storeAddresses(readConfig({ TIANYAN_REDIS_URL: away }));
  expect(await failureOf(waitUpTo(0).until(redis, () => pingRedis(away)))).toMatchObject({
    message: expect.stringContaining('连接被拒绝'),
  });
  const server = await startRedis(directory);
  await waitUpTo(0).until(redis, () => pingRedis(server.url));
  const wrong = server.url.replace('redis://', 'redis://tianyan:wrong@');
  expect(await failureOf(waitUpTo(60_000).until(redis, () => pingRedis(wrong)))).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('用户名或密码不对'),
  });
  await server.stop();
});

test('a mistake in the program is not waited out', async () => {
  const { postgres } = storeAddresses(readConfig({ TIANYAN_POSTGRES_URL: 'postgres://h/db' }));
  const mistake = new TypeError('x is not a function');
  expect(await failureOf(waitUpTo(60_000).until(postgres, () => Promise.reject(mistake)))).toBe(mistake);
});
