import { accessMigrations } from '@tianyan/access';
import { casesMigrations } from '@tianyan/cases';
import { filesMigrations } from '@tianyan/files';
import { noticeMigrations } from '@tianyan/notices';
import { findingsMigrations } from '@tianyan/findings';
import type { Clock } from '@tianyan/kernel';
import {
  embeddedPostgresDirectory,
  keptSecret,
  openParts as openSharedParts,
  startEmbeddedPostgres,
  type OpenParts,
  type StoreWait,
  type TianyanConfig,
} from '@tianyan/runtime';
import { sourcesMigrations } from '@tianyan/sources';
import { supervisionMigrations } from '@tianyan/supervision';
import { openEmbeddedWarehouse } from '@tianyan/warehouse';
import { join } from 'node:path';
import type { Logger } from 'pino';

export type { OpenParts };

/** The platform and its commands share one data folder: whichever opens it first brings all of it up to date. */
const MIGRATIONS = [
  sourcesMigrations,
  findingsMigrations,
  noticeMigrations,
  accessMigrations,
  filesMigrations,
  casesMigrations,
  supervisionMigrations,
];

/** Opens what the modules share, and embeds below the data folder what the configuration names no server for. */
export function openParts(input: {
  config: TianyanConfig;
  logger: Logger;
  countyClock: Clock;
  /** For servers that the configuration names and that are away; without it that fails at once. */
  wait?: StoreWait;
}): Promise<OpenParts> {
  const { config, logger } = input;
  return openSharedParts({
    ...input,
    migrations: MIGRATIONS,
    embedded: {
      postgres: () =>
        startEmbeddedPostgres({
          directory: embeddedPostgresDirectory(config),
          password: keptSecret(join(config.dataDirectory, 'secrets', 'postgres-password')),
          logger,
        }),
      warehouse: () => openEmbeddedWarehouse({ directory: join(config.dataDirectory, 'clickhouse') }),
    },
  });
}
