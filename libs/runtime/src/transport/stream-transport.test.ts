import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Controller, Inject, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { PoisonedError, RetriableError, seededRng, systemClock, uuidSource } from '@tianyan/kernel';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { createPostgresStream, deadLetterTopic, type Stream, type StreamBatch, streamMigrations } from '@tianyan/stream';
import { OnBatch, StreamContext, StreamController, StreamTransport } from './index.js';

const WRITER = Symbol('writer');
const OTHER = Symbol('other');
const HANDLER = Symbol('HANDLER');
type Handler = (batch: StreamBatch, context: StreamContext) => Promise<void>;

@StreamController()
class RecordController {
  constructor(@Inject(HANDLER) private readonly handler: Handler) {}

  @EventPattern<unknown>('records.order', WRITER)
  onOrders(@Payload() batch: StreamBatch, @Ctx() context: StreamContext): Promise<void> {
    return this.handler(batch, context);
  }

  @OnBatch('records.*', WRITER)
  onAnything(@Payload() batch: StreamBatch, @Ctx() context: StreamContext): Promise<void> {
    return this.handler(batch, context);
  }
}

/** Nest's own filter stands before these handlers. */
@Controller()
class PlainController {
  @EventPattern<unknown>('records.order', OTHER)
  async onOrders(): Promise<void> {
    throw new RetriableError('comes back later');
  }
}

describe('StreamTransport', () => {
  let postgres: TestPostgres;
  let stream: Stream;
  let service: INestMicroservice | null = null;

  beforeAll(async () => {
    postgres = await startTestPostgres([streamMigrations]);
    stream = createPostgresStream({
      databaseUrl: postgres.databaseUrl,
      clock: systemClock,
      rng: seededRng(1),
      ids: uuidSource,
      onEvent: () => {},
      options: { heartbeatMs: 100, pollMs: 200, leaseMs: 2_000, backoff: { firstDelayMs: 10, maxDelayMs: 50 } },
    });
    await stream
      .admin()
      .ensureTopics(
        ['records.order', 'records.deal', 'records.bid'].map((topic) => ({ topic, partitions: 1, retentionMs: null })),
      );
  });
  afterEach(async () => {
    await service?.close();
    service = null;
  });
  afterAll(async () => {
    await stream.close();
    await postgres.stop();
  });

  async function serve(
    handler: Handler,
    input: { group: string; topics?: string[]; transportId?: symbol; onFatal?: (error: unknown) => void },
  ): Promise<void> {
    @Module({ controllers: [RecordController, PlainController], providers: [{ provide: HANDLER, useValue: handler }] })
    class TestModule {}
    const strategy = new StreamTransport({
      stream,
      transportId: WRITER,
      topics: ['records.order'],
      maxBatchMessages: 100,
      maxBatchBytes: 1024 * 1024,
      startFrom: 'latest',
      onFatal: (error) => {
        throw error;
      },
      ...input,
    });
    service = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
    await service.listen();
  }
  function publish(topic: string, ...values: string[]): Promise<void> {
    return stream.producer().publish(
      topic,
      values.map((value) => ({ key: 'k', value })),
    );
  }
  async function committed(group: string, topic: string): Promise<boolean> {
    return (await stream.admin().lag(group, [topic])).every((partition) => partition.lagMessages === 0);
  }
  async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`still not so: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  test('an @EventPattern handler gets batches, and its context names where they come from', async () => {
    const batches: string[][] = [];
    const places: string[] = [];
    await serve(
      async (batch, context) => {
        await batch.assertOwned();
        batches.push(batch.messages.map((message) => message.value));
        places.push(`${context.getTopic()}/${context.getPartition()}`);
      },
      { group: 'batches' },
    );
    await publish('records.order', 'a', 'b', 'c');
    await until('the batch is committed', async () => batches.length > 0 && (await committed('batches', 'records.order')));
    expect(batches).toEqual([['a', 'b', 'c']]);
    expect(places).toEqual(['records.order/0']);
  });

  test('a pattern with a star handles the topics it fits, also those added by configuration', async () => {
    const seen: string[] = [];
    await serve(async (batch) => void seen.push(`${batch.topic}:${batch.messages[0].value}`), {
      group: 'star',
      topics: ['records.deal', 'records.bid'],
    });
    await publish('records.deal', 'd');
    await publish('records.bid', 'b');
    await until('both came', () => seen.length === 2);
    expect(seen.toSorted()).toEqual(['records.bid:b', 'records.deal:d']);
  });

  test('the kind of a handler error survives Nest: retried, then dead-lettered', async () => {
    let calls = 0;
    await serve(
      async () => {
        calls++;
        if (calls === 1) throw new RetriableError('busy');
        throw new PoisonedError('bad', '格式不对', 'amountFen');
      },
      { group: 'kinds' },
    );
    await publish('records.order', 'poison');
    await until('the batch is passed', async () => calls >= 2 && (await committed('kinds', 'records.order')));
    expect(calls).toBe(2);
    const dead: StreamBatch[] = [];
    const reader = stream.consumer({
      group: 'reader',
      topics: [deadLetterTopic('records.order')],
      maxBatchMessages: 10,
      maxBatchBytes: 1e6,
      startFrom: 'earliest',
    });
    await reader.start(async (batch) => void dead.push(batch));
    await until('the letter came', () => dead.length === 1);
    await reader.stop();
    expect(dead[0]?.messages[0].headers).toMatchObject({ reason: '格式不对', field: 'amountFen', topic: 'records.order' });
  });

  test('an unknown error stops before commit and tells the process', async () => {
    const onFatal = jest.fn<(error: unknown) => void>();
    const failure = new TypeError('a bug');
    await serve(() => Promise.reject(failure), { group: 'fatal', onFatal });
    await publish('records.order', 'x');
    await until('the process is told', () => onFatal.mock.calls.length > 0);
    expect(onFatal.mock.calls).toEqual([[failure]]);
    expect(await committed('fatal', 'records.order')).toBe(false);
  });

  test('an error hidden by the default filter of Nest stops too, and says what to do', async () => {
    const onFatal = jest.fn<(error: unknown) => void>();
    await serve(async () => {}, { group: 'hidden', transportId: OTHER, onFatal });
    await publish('records.order', 'x');
    await until('the process is told', () => onFatal.mock.calls.length > 0);
    expect(String(onFatal.mock.calls[0]?.[0])).toMatch(/StreamController/);
  });

  test('a topic that no handler takes is refused at the start', async () => {
    await expect(serve(async () => {}, { group: 'none', topics: ['elsewhere'] })).rejects.toThrow(/elsewhere/);
  });
});
