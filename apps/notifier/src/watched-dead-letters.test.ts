import { UserStore } from '@tianyan/access';
import { afterAll, beforeAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { builtInCatalogue, recordTopic } from '@tianyan/contracts';
import {
  DAY_MS,
  HOUR_MS,
  ManualClock,
  MINUTE_MS,
  RetriableError,
  seededRng,
  sequentialIds,
  systemClock,
  timerPause,
  uuidSource,
} from '@tianyan/kernel';
import { DeliveryQueue, NoticeOutbox, PlatformRouting, RecordDeadLetters, TeamStore } from '@tianyan/notices';
import { rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readConfig } from '@tianyan/runtime';
import { sourcesMigrations } from '@tianyan/sources';
import { createPostgresStream, deadLetterTopic, streamMigrations, type Stream, type StreamAdmin } from '@tianyan/stream';
import { pino } from 'pino';
import { z } from 'zod';
import { notifierMigrations } from './migrations.js';
import { OutageWatch } from './outage-watch.js';
import { QUIET_MS, WatchedDeadLetters } from './watched-dead-letters.js';

const { outages: TIMING } = readConfig({});
const PATIENCE_MS = TIMING.patienceMs;
const CALM_MS = TIMING.patienceMs;
const ORDERS = deadLetterTopic(recordTopic('hotline.order'));
const EVENTS = deadLetterTopic(recordTopic('hotline.order-event'));
const TOLD = '有数据没能入库';
const OVER = '一天内没有新的数据入库失败';
const logger = pino({ level: 'silent' });

let postgres: TestPostgres;
let pool: Pool;
let stream: Stream;
let clock: ManualClock;

beforeAll(async () => {
  postgres = await startTestPostgres([...notifierMigrations(sourcesMigrations), streamMigrations]);
  pool = postgres.pool;
  const account = { account: 'admin', displayName: '某人', password: 'Some-Password-77', role: 'system-administrator' } as const;
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: new ManualClock(1) });
  await users.create({ ...account, townshipCodes: null, mustChangePassword: false });
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await pool.query('TRUNCATE outage, notice_delivery, record_dead_letters, stream_log');
  await pool.query('TRUNCATE stream_topics CASCADE');
  clock = new ManualClock(Date.parse('2026-11-28T15:00:00+08:00'));
  stream = openStream();
});
afterEach(() => stream.close());

function openStream(): Stream {
  const ofLog = { clock: systemClock, rng: seededRng(1), ids: uuidSource, onEvent: () => {} };
  return createPostgresStream({ databaseUrl: postgres.databaseUrl, ...ofLog });
}

function watchOf(admin: Pick<StreamAdmin, 'lag'> = stream.admin(), db = pool): OutageWatch {
  const users = new UserStore({ pool: db, ids: sequentialIds('u'), clock });
  const teams = new TeamStore({ pool: db, ids: sequentialIds('t'), clock });
  return new OutageWatch({
    timing: TIMING,
    watched: [new WatchedDeadLetters({ catalogue: builtInCatalogue, admin, pool: db, logger })],
    pool: db,
    outbox: new NoticeOutbox(clock),
    routing: new PlatformRouting({ users, teams }),
    clock,
    pause: timerPause,
    logger,
  });
}

async function giveUp(topic: string, count: number): Promise<void> {
  await stream.admin().ensureTopics([{ topic, partitions: 1, retentionMs: null }]);
  const producer = stream.producer();
  const letter = { key: 'GD-1', value: '{"phone":"13812345678"}', headers: { reason: '电话 13812345678 有误' } };
  await producer.publish(
    topic,
    Array.from({ length: count }, () => letter),
  );
  await producer.close();
}

/** Minute by minute, as the watches look. */
async function pass(durationMs: number, watches: readonly OutageWatch[]): Promise<void> {
  for (let minute = 0; minute < durationMs / MINUTE_MS; minute++) {
    clock.advanceBy(MINUTE_MS);
    await Promise.all(watches.map((watch) => watch.look()));
  }
}

const toldSchema = z.object({ title: z.string(), body: z.string(), recipient: z.string() });
async function told() {
  // The end is told to whom the beginning has reached.
  await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).deliverInbox();
  return rows(pool, toldSchema, 'SELECT title, body, recipient FROM notice_delivery ORDER BY id', []);
}
const numbersTold = async () =>
  (await told()).filter(({ title }) => title === TOLD).map(({ body }) => /共 (\d+) 条/.exec(body)?.[1]);
const titles = async () => (await told()).map(({ title }) => title);

test('records that were given up are told once to those who run the platform, by their number alone, and when a day has passed without another', async () => {
  const watches = [watchOf(), watchOf(stream.admin(), postgres.openPool())];
  await pass(PATIENCE_MS, watches);
  await giveUp(ORDERS, 2);
  await giveUp(EVENTS, 1);
  await pass(PATIENCE_MS + 2 * MINUTE_MS, watches);
  const [notice, ...others] = await told();
  expect([notice?.title, others]).toEqual([TOLD, []]);
  expect(notice?.body).toContain('共 3 条');
  expect(JSON.stringify(notice)).not.toContain('138');
  // Of the same burst.
  await giveUp(ORDERS, 5);
  await pass(HOUR_MS, watches);
  expect(await titles()).toEqual([TOLD]);
  clock.advanceBy(QUIET_MS);
  await pass(CALM_MS + 2 * MINUTE_MS, watches);
  expect((await titles()).filter((title) => title === TOLD || title === OVER)).toEqual([TOLD, OVER]);
});

test('the next burst is told again, by its own number', async () => {
  const watch = watchOf();
  await watch.look();
  await giveUp(ORDERS, 7);
  await pass(PATIENCE_MS + 2 * MINUTE_MS, [watch]);
  clock.advanceBy(QUIET_MS);
  await pass(CALM_MS + 2 * MINUTE_MS, [watch]);
  await giveUp(ORDERS, 2);
  await pass(PATIENCE_MS + 2 * MINUTE_MS, [watch]);
  expect(await numbersTold()).toEqual(['7', '2']);
});

test('what was there before anybody looked is old; what comes then is told by its own number', async () => {
  await giveUp(ORDERS, 400);
  const watch = watchOf();
  await pass(PATIENCE_MS + 2 * MINUTE_MS, [watch]);
  expect(await titles()).toEqual([]);
  await giveUp(ORDERS, 3);
  await giveUp(EVENTS, 2);
  await pass(PATIENCE_MS + 2 * MINUTE_MS, [watch]);
  expect(await numbersTold()).toEqual(['5']);
});

test('a stream that was made anew is told of as one, not compared with what the other held', async () => {
  const watch = watchOf();
  await giveUp(ORDERS, 40);
  await pass(2 * MINUTE_MS, [watch]);
  await stream.close();
  await pool.query('TRUNCATE stream_topics CASCADE');
  stream = openStream();
  await giveUp(ORDERS, 3);
  const again = watchOf();
  await pass(PATIENCE_MS + 8 * MINUTE_MS, [again]);
  expect(await numbersTold()).toEqual(['3']);
});

test('a notifier that has asked earlier and writes later than another changes nothing', async () => {
  const letters = new RecordDeadLetters(pool);
  const end = (endOffset: number) => [{ topic: ORDERS, partition: 0, endOffset }];
  await letters.seen([ORDERS], end(7), clock.nowMs(), QUIET_MS);
  clock.advanceBy(HOUR_MS);
  await letters.seen([ORDERS], end(7), clock.nowMs(), QUIET_MS);
  await letters.seen([ORDERS], end(5), clock.nowMs() - MINUTE_MS, QUIET_MS);
  await letters.seen([ORDERS], end(8), clock.nowMs(), QUIET_MS);
  expect(await letters.countSince(clock.nowMs())).toBe(1);
});

test('a stream that does not answer neither ends what is told nor holds up the rest', async () => {
  const watch = watchOf();
  await watch.look();
  await giveUp(ORDERS, 1);
  await pass(PATIENCE_MS + 2 * MINUTE_MS, [watch]);
  const away = watchOf({ lag: () => Promise.reject(new RetriableError('the brokers are away')) });
  await pass(HOUR_MS, [away]);
  expect(await titles()).toEqual([TOLD]);
  // What came meanwhile belongs to it.
  await giveUp(ORDERS, 1);
  clock.advanceBy(DAY_MS - HOUR_MS);
  await pass(CALM_MS + MINUTE_MS, [watch]);
  expect(await titles()).not.toContain(OVER);
});
