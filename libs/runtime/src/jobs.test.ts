import { freePort } from '@tianyan/kernel';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job, Queue } from 'bullmq';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import 'reflect-metadata';
import { jobsOn, jobsOnPostgres, jobsOnRedis, startEmbeddedPostgres } from './index.js';
import { startRedis } from './redis.test-fixture.js';

interface Backend {
  jobs: DynamicModule;
  stop(): Promise<void>;
}

async function onPostgres(): Promise<Backend> {
  const postgres = await startTestPostgres();
  return { jobs: jobsOnPostgres(postgres.databaseUrl), stop: () => postgres.stop() };
}

async function onRedis(directory: string): Promise<Backend> {
  const redis = await startRedis(directory);
  return { jobs: jobsOnRedis(redis.url), stop: () => redis.stop() };
}

const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
if (!hasRedis)
  console.warn('SKIPPED: the job suite on Redis, because redis-server is not installed (apt-get install redis-server)');

const backends: [string, (directory: string) => Promise<Backend>][] = [['PostgreSQL', onPostgres]];
// Where everything has to be tested, what is missing is a failure.
if (hasRedis || process.env['CI'] === 'true') backends.push(['Redis', onRedis]);

/** What the processor saw, and whoever waits for the next. */
const handled: { name: string; data: unknown; attempt: number }[] = [];
let arrived = () => {};

@Processor('work', { concurrency: 1 })
class WorkProcessor extends WorkerHost {
  override async process(job: Job): Promise<string> {
    handled.push({ name: job.name, data: job.data, attempt: job.attemptsMade + 1 });
    arrived();
    if (job.name === 'stumbles' && job.attemptsMade === 0) throw new Error('the first attempt fails');
    return 'done';
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise<void>((resolve) => (arrived = resolve));
}

describe.each(backends)('jobs on %s', (_name, start) => {
  let directory: string;
  let backend: Backend;
  let app: INestApplicationContext;
  let queue: Queue;

  beforeAll(async () => {
    handled.length = 0;
    directory = await mkdtemp(join(tmpdir(), 'tianyan-jobs-'));
    backend = await start(directory);
    @Module({ imports: [backend.jobs, BullModule.registerQueue({ name: 'work' })], providers: [WorkProcessor] })
    class TestModule {}
    app = await NestFactory.createApplicationContext(TestModule, { logger: false });
    queue = app.get<Queue>(getQueueToken('work'));
  });
  afterAll(async () => {
    await app.close();
    await backend.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('a scheduler ticks again and again, and stops when it is taken away', async () => {
    await queue.upsertJobScheduler('tick', { every: 200 }, { name: 'tick', data: { feed: 'orders' } });
    await until(() => handled.filter(({ name }) => name === 'tick').length >= 2);
    expect(handled[0]).toMatchObject({ name: 'tick', data: { feed: 'orders' } });
    expect((await queue.getJobSchedulers()).map(({ key }) => key)).toEqual(['tick']);
    await queue.removeJobScheduler('tick');
    expect(await queue.getJobSchedulers()).toEqual([]);
  });

  test('setting a scheduler again, as each process does at its start, leaves one', async () => {
    for (let start = 0; start < 3; start++) await queue.upsertJobScheduler('again', { every: 60_000 }, { name: 'again' });
    expect(await queue.getJobSchedulers()).toHaveLength(1);
    await queue.removeJobScheduler('again');
  });

  test('a job that failed is tried again', async () => {
    await queue.add('stumbles', {}, { attempts: 2 });
    await until(() => handled.filter(({ name }) => name === 'stumbles').length === 2);
    expect(handled.filter(({ name }) => name === 'stumbles').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('one job per id, however often it is asked for', async () => {
    await queue.pause();
    for (let ask = 0; ask < 3; ask++) await queue.add('sweep', { ask }, { jobId: 'sweep-1' });
    await queue.resume();
    await until(() => handled.some(({ name }) => name === 'sweep'));
    expect(handled.filter(({ name }) => name === 'sweep')).toEqual([{ name: 'sweep', data: { ask: 0 }, attempt: 1 }]);
  });
});

test('a store that goes away is told in one line a queue, not by a stack for each attempt', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-jobs-'));
  const port = await freePort();
  const start = () => startEmbeddedPostgres({ directory, password: 'test', port, logger: pino({ level: 'silent' }) });
  let postgres = await start();
  const told: { level: number; queue: string; msg: string }[] = [];
  const heard = Promise.withResolvers<void>();
  const logger = pino(
    {},
    {
      write: (line: string) => {
        told.push(JSON.parse(line));
        heard.resolve();
      },
    },
  );
  @Module({
    imports: [jobsOn({ redisUrl: null, postgresUrl: postgres.url, logger }), BullModule.registerQueue({ name: 'work' })],
    providers: [WorkProcessor],
  })
  class TestModule {}
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
  const app = await NestFactory.createApplicationContext(TestModule, { logger: false });
  const queue = app.get<Queue>(getQueueToken('work'));
  await queue.add('before', {});
  await until(() => handled.some(({ name }) => name === 'before'));
  await postgres.stop();
  await heard.promise;
  postgres = await start();
  await queue.add('after', {});
  await until(() => handled.some(({ name }) => name === 'after'));
  expect(told.map(({ level, queue: name }) => [level, name])).toEqual([[40, 'work']]);
  expect(printed.mock.calls).toEqual([]);
  printed.mockRestore();
  await app.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});
