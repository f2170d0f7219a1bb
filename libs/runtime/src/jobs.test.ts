import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BullModule, getQueueToken, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job, Queue } from 'bullmq';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import 'reflect-metadata';
import { jobsOnPostgres, startEmbeddedPostgres, type RunningPostgres } from './index.js';

const ticks: string[] = [];
let tickArrived = () => {};

@Processor('ticks')
class TickProcessor extends WorkerHost {
  override async process(job: Job): Promise<void> {
    ticks.push(job.name);
  }

  @OnWorkerEvent('completed')
  completed(): void {
    tickArrived();
  }
}

let directory: string;
let postgres: RunningPostgres;
let app: INestApplicationContext;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-jobs-'));
  postgres = await startEmbeddedPostgres({ directory, password: 'test', logger: pino({ level: 'silent' }) });
  @Module({
    imports: [jobsOnPostgres(postgres.url), BullModule.registerQueue({ name: 'ticks' })],
    providers: [TickProcessor],
  })
  class TestModule {}
  app = await NestFactory.createApplicationContext(TestModule, { logger: false });
});

afterAll(async () => {
  await app.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test('a job scheduler ticks through Nest on the PostgreSQL backend', async () => {
  const arrived = new Promise<void>((resolve) => {
    tickArrived = resolve;
  });
  const queue = app.get<Queue>(getQueueToken('ticks'));
  await queue.upsertJobScheduler('tick', { every: 200 }, { name: 'tick' });
  await arrived;
  expect(ticks[0]).toBe('tick');
  await queue.removeJobScheduler('tick');
});
