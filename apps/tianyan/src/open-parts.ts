import type { Clock } from '@tianyan/kernel';
import type { MigrationSet } from '@tianyan/postgres';
import {
  keptSecret,
  openParts as openSharedParts,
  startEmbeddedPostgres,
  type OpenParts,
  type StoreWait,
  type TianyanConfig,
} from '@tianyan/runtime';
import { openEmbeddedWarehouse } from '@tianyan/warehouse';
import { join } from 'node:path';
import type { Logger } from 'pino';

export type { OpenParts };

/** Opens what the modules share, and embeds below the data folder what the configuration names no server for. */
export function openParts(input: {
  config: TianyanConfig;
  logger: Logger;
  countyClock: Clock;
  migrations: readonly MigrationSet[];
  /** For servers that the configuration names and that are away; without it that fails at once. */
  wait?: StoreWait;
}): Promise<OpenParts> {
  const { config, logger } = input;
  return openSharedParts({
    ...input,
    embedded: {
      postgres: () =>
        startEmbeddedPostgres({
          directory: join(config.dataDirectory, 'postgres'),
          password: keptSecret(join(config.dataDirectory, 'secrets', 'postgres-password')),
          logger,
        }),
      warehouse: () => openEmbeddedWarehouse({ directory: join(config.dataDirectory, 'clickhouse') }),
    },
  });
}
