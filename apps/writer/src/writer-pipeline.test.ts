import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type AnyRecord,
  builtInCatalogue,
  hashOf,
  LANDED_TOPIC,
  type LandedBatch,
  recordTopic,
  toWire,
  TRACE_HEADER,
  wireHeaders,
  WRITER_GROUP,
} from '@tianyan/contracts';
import { ManualClock, seededRng, systemClock, systemRng, uuidSource } from '@tianyan/kernel';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readConfig, RuntimeModule } from '@tianyan/runtime';
import { createPostgresStream, deadLetterTopic, type Stream, type StreamMessage, streamMigrations } from '@tianyan/stream';
import { ensureTables, openEmbeddedWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { DoubleLiveRowCheck, WriterMetrics, WriterModule, WriterPipeline, writerTransport } from './index.js';

const TYPE = 'hotline.order-event';
const logger = pino({ level: 'silent' });
let directory: string;
let postgres: TestPostgres;
let stream: Stream;
let warehouse: OpenWarehouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-'));
  postgres = await startTestPostgres([streamMigrations]);
  stream = createPostgresStream({
    databaseUrl: postgres.databaseUrl,
    clock: systemClock,
    rng: seededRng(1),
    ids: uuidSource,
    onEvent: () => {},
  });
  const topics = [...builtInCatalogue.all().map((contract) => recordTopic(contract.type)), LANDED_TOPIC];
  await stream.admin().ensureTopics(topics.map((topic) => ({ topic, partitions: 1, retentionMs: null })));
  warehouse = await openEmbeddedWarehouse({ directory: join(directory, 'clickhouse') });
  await ensureTables(warehouse, builtInCatalogue);
});
afterAll(async () => {
  await stream.close();
  await warehouse.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** All messages of a topic, from the start. */
async function readAll(topic: string, count: number): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  let done = () => {};
  const enough = new Promise<void>((resolve) => {
    done = resolve;
  });
  const consumer = stream.consumer({
    group: uuidSource.next(),
    topics: [topic],
    maxBatchMessages: 100,
    maxBatchBytes: 1e6,
    startFrom: 'earliest',
  });
  await consumer.start(async (batch) => {
    messages.push(...batch.messages);
    if (messages.length >= count) done();
  });
  await enough;
  await consumer.stop();
  return messages;
}

test('records on the stream become visible and announced; a bad one becomes a dead letter; a double row is repaired', async () => {
  const record = (id: string): Extract<AnyRecord, { op: 'upsert' }> => ({
    id,
    source: 's',
    version: 1,
    op: 'upsert',
    atMs: 1_750_000_000_000,
    receivedAtMs: 1_750_000_000_000,
    hash: hashOf(id),
    raw: id,
    fields: { orderId: 'o1', action: 'signed' },
  });
  const [good, bad] = [record('good'), record('bad')];
  await stream.producer().publish(recordTopic(TYPE), [
    { key: good.id, value: toWire(good), headers: { ...wireHeaders(good), [TRACE_HEADER]: 'page-1' } },
    { key: bad.id, value: toWire(bad).replace('"orderId":"o1"', '"orderId":null'), headers: wireHeaders(bad) },
  ]);
  const parts = {
    config: readConfig({}),
    logger,
    machineClock: systemClock,
    countyClock: systemClock,
    rng: systemRng,
    ids: uuidSource,
    postgres: postgres.pool,
    stream,
    warehouse,
    catalogue: builtInCatalogue,
    holidays: [],
  };
  @Module({ imports: [RuntimeModule.forRoot(parts), WriterModule] })
  class TestProcess {}
  const failures: unknown[] = [];
  const strategy = writerTransport({ stream, catalogue: builtInCatalogue, onFatal: (error) => failures.push(error) });
  const app = await NestFactory.createMicroservice(TestProcess, { strategy, logger: false });
  try {
    await app.listen();
    const [announcement] = await readAll(LANDED_TOPIC, 1);
    const landed = JSON.parse(announcement?.value ?? '') as LandedBatch;
    expect(landed).toMatchObject({ type: TYPE, records: 1, traces: ['page-1'] });
    const sql = 'SELECT id FROM cur_hotline_order_event FINAL WHERE batch = {batch:String}';
    expect(await warehouse.rows({ sql, params: { batch: landed.batch } })).toEqual([{ id: 'good' }]);
    const [letter] = await readAll(deadLetterTopic(recordTopic(TYPE)), 1);
    expect(letter).toMatchObject({
      key: 'bad',
      headers: { reason: expect.stringContaining('工单编号'), topic: recordTopic(TYPE) },
    });

    const check = app.get(DoubleLiveRowCheck);
    expect(await check.run()).toBe(0);
    const moved = toWire({ ...good, version: 2, fields: { orderId: 'o2', action: 'signed' } });
    await warehouse.insertLines(
      'log_hotline_order_event',
      [`{"batch":"past","streamOffset":9,"deleted":0,${moved.slice(1)}`],
      'past',
    );
    expect(await check.run()).toBe(1);
    expect((await readAll(LANDED_TOPIC, 2)).at(-1)?.value).toContain(`repair/${TYPE}/`);
    expect(app.get(WriterMetrics)).toMatchObject({ batches: 1, records: 1, deadLetters: 1 });
    expect(failures).toEqual([]);
  } finally {
    await app.close();
  }
  const lag = await stream.admin().lag(WRITER_GROUP, [recordTopic(TYPE)]);
  expect(lag.map((partition) => partition.lagMessages)).toEqual([0]);
});

test('announcements of a few seconds go to one partition, so that they are evaluated together; later ones to another', async () => {
  const clock = new ManualClock(1_750_000_000_000);
  const keys: string[] = [];
  const pipeline = new WriterPipeline({
    catalogue: builtInCatalogue,
    writer: {
      write: async () => ({
        batch: 'b',
        parts: [{ batch: 'b', load: null, records: 1 }],
        records: 1,
        tombstones: 0,
        poisoned: 0,
      }),
    },
    producer: { publish: async (_, messages) => void keys.push(...messages.map(({ key }) => key)) },
    clock,
    metrics: new WriterMetrics(),
  });
  const topic = recordTopic(TYPE);
  const message = { topic, partition: 0, offset: 0, key: 'k', value: '{}', headers: {}, appendedAtMs: 0 };
  for (const afterMs of [0, 4_000, 1_000, 4_000]) {
    clock.advanceBy(afterMs);
    await pipeline.handle({ topic, partition: 0, messages: [message], assertOwned: async () => {} });
  }
  const [first, second, third, fourth] = keys;
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(fourth).toBe(third);
});
