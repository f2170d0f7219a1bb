import { builtInCatalogue, keyedDigest, recordTopic } from '@tianyan/contracts';
import { ManualClock, OutboundHosts, seededRng, sequentialIds, systemClock, timerPause, uuidSource } from '@tianyan/kernel';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { createPostgresStream, streamMigrations, type StreamMessage, type StreamProducer } from '@tianyan/stream';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { composeConnector, type OpenedParts } from './compose-connector.js';
import type { LoadedSource } from './configured/load-sources.js';
import { sourcesMigrations } from './migrations.js';

/** County time in tests: 2026-07-01 08:30 in China. */
export const TEST_COUNTY_MS = Date.UTC(2026, 6, 1, 0, 30);

/** What one test's connector has that differs. */
export interface FixtureChanges extends Partial<
  Pick<OpenedParts, 'rng' | 'ids' | 'pause' | 'logger' | 'machineClock' | 'secrets'>
> {
  producer?: StreamProducer;
  /** The test's own upstreams stand on this machine. */
  outbound?: OutboundHosts;
  /** Nothing is stored without it. */
  warehouse?: OpenedParts['warehouse'];
  startMend?: OpenedParts['startMend'];
}

/** Real PostgreSQL with stream and connector on it; one per test file. */
export async function startConnectorFixture() {
  const folder = await mkdtemp(join(tmpdir(), 'tianyan-connector-'));
  const logger = pino({ level: 'silent' });
  const postgres = await startTestPostgres([streamMigrations, sourcesMigrations]);
  const { pool } = postgres;
  const stream = createPostgresStream({
    databaseUrl: postgres.databaseUrl,
    clock: systemClock,
    rng: seededRng(1),
    ids: sequentialIds('member'),
    onEvent: () => undefined,
  });
  await stream
    .admin()
    .ensureTopics(builtInCatalogue.all().map(({ type }) => ({ topic: recordTopic(type), partitions: 2, retentionMs: null })));
  const countyClock = new ManualClock(TEST_COUNTY_MS);
  /** A process of its own over the same databases. */
  const compose = (configured: readonly LoadedSource[], { producer, ...changes }: FixtureChanges = {}) =>
    composeConnector({
      postgres: pool,
      stream: { producer: () => producer ?? stream.producer() },
      warehouse: { rows: async () => [] },
      catalogue: builtInCatalogue,
      digest: keyedDigest('a key that only the tests know, 32+'),
      machineClock: systemClock,
      countyClock,
      rng: seededRng(7),
      ids: uuidSource,
      pause: timerPause,
      logger,
      outbound: new OutboundHosts(['127.0.0.1']),
      configured,
      secrets: {},
      startMend: async () => undefined,
      ...changes,
    });
  let groups = 0;
  return {
    folder,
    pool,
    stream,
    countyClock,
    logger,
    compose,
    /** Without a configured source. */
    parts: compose([]),
    connector: (configured: readonly LoadedSource[], changes: FixtureChanges = {}) => compose(configured, changes).connector,
    /** Everything published to a record type so far, in order of partition and offset. */
    async published(type: string): Promise<StreamMessage[]> {
      const topic = recordTopic(type);
      const group = `test-${++groups}`;
      const messages: StreamMessage[] = [];
      const lag = await stream.admin().lag(group, [topic]);
      const expected = lag.reduce((sum, partition) => sum + partition.lagMessages, 0);
      if (expected === 0) return messages;
      const consumer = stream.consumer({
        group,
        topics: [topic],
        maxBatchMessages: 10_000,
        maxBatchBytes: 32 * 1024 * 1024,
        startFrom: 'earliest',
      });
      await new Promise<void>((resolve, reject) => {
        consumer.finished.catch(reject);
        consumer
          .start(async (batch) => {
            messages.push(...batch.messages);
            if (messages.length >= expected) resolve();
          })
          .catch(reject);
      });
      await consumer.stop();
      return messages;
    },
    async stop() {
      await stream.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type ConnectorFixture = Awaited<ReturnType<typeof startConnectorFixture>>;
