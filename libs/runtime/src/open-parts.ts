import { builtInCatalogue, LANDED_TOPIC, recordTopic, type Catalogue } from '@tianyan/contracts';
import { RefusedError, systemClock, systemRng, uuidSource, type Clock } from '@tianyan/kernel';
import { migrate, NamedLock, type MigrationSet } from '@tianyan/postgres';
import { streamMigrations, type StreamAdmin } from '@tianyan/stream';
import { ensureTables, openRemoteWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { remoteOptions } from './clickhouse-config.js';
import type { TianyanConfig } from './config.js';
import { warnOfDatabaseText } from './database-text.js';
import { DiskSpace } from './disk-space.js';
import { configuredHolidays } from './configured-holidays.js';
import { openStream } from './open-stream.js';
import { openOperationalStore } from './operational-store.js';
import type { ReadinessCheck } from './operations/index.js';
import type { RuntimeParts } from './parts.js';
import { pingRedis, storeAddresses, type StoreAddress, type StoreWait } from './starting/index.js';

export interface OpenParts {
  parts: RuntimeParts;
  postgresUrl: string;
  /** Closes what was opened, in the opposite order. */
  close: () => Promise<void>;
}

/** Opens stores that have no URL; the all-in-one process embeds them, the others have none. */
export interface EmbeddedStores {
  postgres(): Promise<{ url: string; stop(): Promise<unknown> }>;
  warehouse(): Promise<OpenWarehouse>;
}

interface Partitions {
  records: number;
  landed: number;
}

/**
 * One writer has two batches in hand: more partitions would cut what arrives into more and smaller inserts, each of which
 * costs the same. One correlator has one partition, so that announcements that come together are evaluated together.
 */
const PARTITIONS_ALONE: Partitions = { records: 2, landed: 1 };
/**
 * More partitions let more writers and correlators work side by side. Order per record is kept by key; announcements need
 * none, because evaluations have tickets.
 */
const PARTITIONS_SHARED: Partitions = { records: 4, landed: 4 };

/** A Redis that does not answer within this is down for whoever asks whether the process is ready. */
const REDIS_TIMEOUT_MS = 5_000;

/**
 * Opens everything that the modules share: operational store, stream, warehouse; brings their schemas up to date.
 * If anything fails on the way, what was opened is closed again.
 * @param input.embedded null: throws RefusedError when the configuration names no URL
 * Throws what {@link StoreWait.until} throws.
 */
export async function openParts(input: {
  config: TianyanConfig;
  logger: Logger;
  countyClock: Clock;
  migrations: readonly MigrationSet[];
  embedded: EmbeddedStores | null;
  /** For servers that are away; without it that fails at once. */
  wait?: StoreWait;
}): Promise<OpenParts> {
  const { config, logger, wait } = input;
  const holidays = configuredHolidays(config);
  const stores = storeAddresses(config);
  const reach = <T>(store: StoreAddress, open: () => Promise<T>) => (wait ? wait.until(store, open) : open());
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const postgresUrl = config.postgresUrl ?? (await embeddedPostgres(input.embedded, closers));
    const sets = [streamMigrations, ...input.migrations];
    await reach(stores.postgres, () => migrate({ databaseUrl: postgresUrl, sets, logger }));

    const postgres = openOperationalStore({ url: postgresUrl, logger });
    closers.push(() => postgres.end());
    await reach(stores.postgres, () => warnOfDatabaseText(postgres, logger));

    const stream = openStream({ config, postgresUrl, logger });
    closers.push(() => stream.close());

    const warehouse = await openWarehouse(config, input.embedded);
    closers.push(() => warehouse.close());
    const partitions = input.embedded ? PARTITIONS_ALONE : PARTITIONS_SHARED;
    const lock = new NamedLock(postgres);
    const topics = () => ensureTopics(stream.admin(), builtInCatalogue, partitions);
    await reach(stores.stream, () => lock.inTurn('schema', topics));
    await reach(stores.clickhouse, () => lock.inTurn('schema', () => ensureTables(warehouse, builtInCatalogue)));
    const { redisUrl } = config;
    // Queues wait for it by themselves, but a process whose jobs do not run is not started.
    if (redisUrl !== null) await reach(stores.redis, () => pingRedis(redisUrl));

    const disk = new DiskSpace(config.dataDirectory, systemClock);
    const parts: RuntimeParts = {
      config,
      logger,
      machineClock: systemClock,
      countyClock: input.countyClock,
      rng: systemRng,
      ids: uuidSource,
      postgres,
      stream,
      warehouse,
      catalogue: builtInCatalogue,
      holidays,
      readiness: [
        { name: 'stream', check: () => stream.admin().lag('readiness', [LANDED_TOPIC]) },
        { name: 'disk', check: () => disk.assertRoom() },
        ...redisCheck(config, closers),
      ],
    };
    return { parts, postgresUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function embeddedPostgres(embedded: EmbeddedStores | null, closers: (() => Promise<unknown>)[]): Promise<string> {
  if (embedded === null) throw new RefusedError('invalid', '请设置 TIANYAN_POSTGRES_URL：单独运行的进程不自带 PostgreSQL。');
  const server = await embedded.postgres();
  closers.push(() => server.stop());
  return server.url;
}

async function openWarehouse(config: TianyanConfig, embedded: EmbeddedStores | null): Promise<OpenWarehouse> {
  if (config.clickhouse !== null) return openRemoteWarehouse(remoteOptions(config.clickhouse));
  if (embedded === null) throw new RefusedError('invalid', '请设置 TIANYAN_CLICKHOUSE_URL：单独运行的进程不自带 ClickHouse。');
  return embedded.warehouse();
}

/** A connection of its own: those of the queues wait for Redis, however long it is away. */
function redisCheck(config: TianyanConfig, closers: (() => Promise<unknown>)[]): ReadinessCheck[] {
  if (config.redisUrl === null) return [];
  const redis = new Redis(config.redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: REDIS_TIMEOUT_MS,
    commandTimeout: REDIS_TIMEOUT_MS,
  });
  // Told by the check.
  redis.on('error', () => undefined);
  closers.push(async () => redis.disconnect());
  return [{ name: 'jobs', check: () => redis.ping() }];
}

/** Messages leave the log when their group has read them, never before: then they are in the warehouse, or evaluated. */
async function ensureTopics(admin: StreamAdmin, catalogue: Catalogue, partitions: Partitions): Promise<void> {
  await admin.ensureTopics([
    ...catalogue.all().map((contract) => ({
      topic: recordTopic(contract.type),
      partitions: partitions.records,
      retentionMs: null,
      dropCommitted: true,
    })),
    { topic: LANDED_TOPIC, partitions: partitions.landed, retentionMs: null, dropCommitted: true },
  ]);
}
