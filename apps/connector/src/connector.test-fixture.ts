import { builtInCatalogue, keyedDigest } from '@tianyan/contracts';
import {
  ManualClock,
  OutboundHosts,
  seededRng,
  sequentialIds,
  systemClock,
  timerPause,
  uuidSource,
  type Pause,
  type Rng,
} from '@tianyan/kernel';
import { findingsMigrations, LoadRegister } from '@tianyan/findings';
import { startEmbeddedPostgres } from '@tianyan/runtime';
import { createPostgresStream, streamMigrations, type StreamMessage, type StreamProducer } from '@tianyan/stream';
import { recordTopic } from '@tianyan/contracts';
import { NamedLock, migrate } from '@tianyan/postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Connector } from './connector.js';
import { connectorMigrations } from './migrations.js';
import { FileIntake } from './files/file-intake.js';
import { Mappers } from './sources/mappers.js';
import { MappingStore } from './store/mapping-store.js';
import { Pipeline } from './pipeline/pipeline.js';
import type { RecordOwners } from './pipeline/record-owners.js';
import { QuarantineStore } from './quarantine/quarantine-store.js';
import { HeldLists } from './snapshot-diff/held-lists.js';
import { SnapshotStore, type StoredContents } from './snapshot-diff/snapshot-store.js';
import type { LoadedSource } from './sources/load-sources.js';
import { FirstLoads } from './store/first-loads.js';
import { FileStore } from './store/file-store.js';
import { SourceStore } from './store/source-store.js';

/** County time in tests: 2026-07-01 08:30 in China. */
export const TEST_COUNTY_MS = Date.UTC(2026, 6, 1, 0, 30);

/** No record is stored yet. */
export const NOBODY_OWNS: RecordOwners = { ownersOf: async () => new Map() };

/** Nothing is stored yet. */
export const NOTHING_STORED: StoredContents = { holding: async () => new Set() };

/** What one test's connector has that differs. */
export interface FixtureChanges {
  producer?: StreamProducer;
  pipeline?: Pipeline;
  pause?: Pause;
  rng?: Rng;
  /** The test's own upstreams stand on this machine. */
  outbound?: OutboundHosts;
  stored?: StoredContents;
}

/** Real PostgreSQL with stream and connector on it; one per test file. */
export async function startConnectorFixture() {
  const folder = await mkdtemp(join(tmpdir(), 'tianyan-connector-'));
  // PostgreSQL runs as another account: it must own its folder, not one below a folder that is closed to it.
  const databaseFolder = await mkdtemp(join(tmpdir(), 'tianyan-connector-db-'));
  const logger = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ directory: databaseFolder, password: 'test', logger });
  await migrate({ databaseUrl: postgres.url, sets: [streamMigrations, connectorMigrations, findingsMigrations], logger });
  const pool = new Pool({ connectionString: postgres.url });
  // Connections that the server ends while everything is shut down.
  pool.on('error', () => undefined);
  const stream = createPostgresStream({
    databaseUrl: postgres.url,
    clock: systemClock,
    rng: seededRng(1),
    ids: sequentialIds('member'),
    onEvent: () => undefined,
  });
  await stream
    .admin()
    .ensureTopics(builtInCatalogue.all().map(({ type }) => ({ topic: recordTopic(type), partitions: 2, retentionMs: null })));
  const countyClock = new ManualClock(TEST_COUNTY_MS);
  const digest = keyedDigest('a key that only the tests know, 32+');
  const partsWith = (changes: FixtureChanges) => {
    const { producer = stream.producer(), pause = timerPause, rng = seededRng(7) } = changes;
    const outbound = changes.outbound ?? new OutboundHosts(['127.0.0.1']);
    const sources = new SourceStore(pool, systemClock);
    const quarantine = new QuarantineStore(pool, { machineClock: systemClock, countyClock });
    const snapshots = new SnapshotStore(pool, changes.stored ?? NOTHING_STORED);
    const pipeline = changes.pipeline ?? new Pipeline(producer, sources, quarantine, snapshots);
    const files = new FileStore(pool, systemClock);
    const held = new HeldLists(pool, systemClock);
    const clocks = { countyClock, machineClock: systemClock };
    const intake = new FileIntake({ pipeline, snapshots, held, files, ...clocks });
    const mappings = new MappingStore(pool, systemClock);
    const lock = new NamedLock(pool);
    const loads = new LoadRegister(pool, uuidSource);
    return {
      ...clocks,
      rng,
      pause,
      logger,
      pipeline,
      sources,
      quarantine,
      snapshots,
      held,
      files,
      intake,
      mappings,
      lock,
      outbound,
      loads,
      owners: NOBODY_OWNS,
    };
  };
  const parts = partsWith({});
  let groups = 0;
  return {
    folder,
    pool,
    stream,
    parts,
    mappers: (loaded: readonly LoadedSource[]) =>
      new Mappers({ catalogue: builtInCatalogue, digest, countyClock, mappings: parts.mappings }, loaded),
    firstLoads: (loaded: readonly LoadedSource[]) => new FirstLoads(pool, systemClock, loaded),
    connector(loaded: readonly LoadedSource[], changes: FixtureChanges = {}) {
      return new Connector({ ...partsWith(changes), mappers: this.mappers(loaded), firstLoads: this.firstLoads(loaded) }, loaded);
    },
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
      await pool.end();
      await postgres.stop();
      for (const path of [folder, databaseFolder]) await rm(path, { recursive: true, force: true });
    },
  };
}
export type ConnectorFixture = Awaited<ReturnType<typeof startConnectorFixture>>;
