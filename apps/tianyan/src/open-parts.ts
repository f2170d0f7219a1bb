import { builtInCatalogue, LANDED_TOPIC, recordTopic, type Catalogue } from '@tianyan/contracts';
import { systemClock, systemRng, uuidSource, type Clock } from '@tianyan/kernel';
import {
  keptSecret,
  migrate,
  openStream,
  startEmbeddedPostgres,
  type MigrationSet,
  type RuntimeParts,
  type TianyanConfig,
} from '@tianyan/runtime';
import { streamMigrations, type StreamAdmin } from '@tianyan/stream';
import { ensureTables, openEmbeddedWarehouse, openRemoteWarehouse } from '@tianyan/warehouse';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';

export interface OpenParts {
  parts: RuntimeParts;
  postgresUrl: string;
  /** Closes what was opened, in the opposite order. */
  close(): Promise<void>;
}

/** Connections of the operational store for everything but stream and jobs, which have their own. */
const MAX_POSTGRES_CONNECTIONS = 20;

/** Order per record is kept by key; more partitions let more writers work side by side. */
const RECORD_PARTITIONS = 4;
const LANDED_PARTITIONS = 1;

/**
 * Opens everything that the modules share: operational store, stream, warehouse; brings their schemas up to date.
 * If anything fails on the way, what was opened is closed again.
 */
export async function openParts(input: {
  config: TianyanConfig;
  logger: Logger;
  countyClock: Clock;
  migrations: readonly MigrationSet[];
}): Promise<OpenParts> {
  const { config, logger } = input;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const postgresUrl = config.postgresUrl ?? (await embeddedPostgres(config, logger, closers));
    await migrate({ databaseUrl: postgresUrl, sets: [streamMigrations, ...input.migrations], logger });

    const postgres = new pg.Pool({ connectionString: postgresUrl, max: MAX_POSTGRES_CONNECTIONS });
    postgres.on('error', (error) => logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
    closers.push(() => postgres.end());

    const stream = openStream({ config, postgresUrl, logger });
    closers.push(() => stream.close());
    await ensureTopics(stream.admin(), builtInCatalogue);

    const warehouse = config.clickhouseUrl
      ? await openRemoteWarehouse({ url: config.clickhouseUrl })
      : await openEmbeddedWarehouse({ directory: join(config.dataDirectory, 'clickhouse') });
    closers.push(() => warehouse.close());
    await ensureTables(warehouse, builtInCatalogue);

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
      readOnlyWarehouse: warehouse.readOnly,
      catalogue: builtInCatalogue,
    };
    return { parts, postgresUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function embeddedPostgres(config: TianyanConfig, logger: Logger, closers: (() => Promise<unknown>)[]): Promise<string> {
  const server = await startEmbeddedPostgres({
    directory: join(config.dataDirectory, 'postgres'),
    password: keptSecret(join(config.dataDirectory, 'secrets', 'postgres-password')),
    logger,
  });
  closers.push(() => server.stop());
  return server.url;
}

/** Messages leave the log when their group has read them, never before: then they are in the warehouse, or evaluated. */
async function ensureTopics(admin: StreamAdmin, catalogue: Catalogue): Promise<void> {
  await admin.ensureTopics([
    ...catalogue.all().map((contract) => ({
      topic: recordTopic(contract.type),
      partitions: RECORD_PARTITIONS,
      retentionMs: null,
      dropCommitted: true,
    })),
    { topic: LANDED_TOPIC, partitions: LANDED_PARTITIONS, retentionMs: null, dropCommitted: true },
  ]);
}
