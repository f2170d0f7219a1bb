import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { builtInCatalogue } from '@tianyan/contracts';
import { RefusedError, systemClock, systemRng, uuidSource } from '@tianyan/kernel';
import { createLogger, migrate, openStream, readConfig, RuntimeModule } from '@tianyan/runtime';
import { streamMigrations } from '@tianyan/stream';
import { ensureTables, openRemoteWarehouse } from '@tianyan/warehouse';
import pg from 'pg';
import { writerTransport } from './transport.js';
import { WriterModule } from './writer-module.js';

/** The writer as a process of its own, against databases that run elsewhere. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (config.postgresUrl === null || config.clickhouseUrl === null)
    throw new RefusedError('invalid', '单独运行写入器需要设置 TIANYAN_POSTGRES_URL 和 TIANYAN_CLICKHOUSE_URL');
  const logger = createLogger(config);
  await migrate({ databaseUrl: config.postgresUrl, sets: [streamMigrations], logger });
  const stream = openStream({ config, postgresUrl: config.postgresUrl, logger });
  const warehouse = await openRemoteWarehouse({ url: config.clickhouseUrl });
  await ensureTables(warehouse, builtInCatalogue);
  const postgres = new pg.Pool({ connectionString: config.postgresUrl, max: 2 });
  const parts = {
    config,
    logger,
    machineClock: systemClock,
    countyClock: systemClock,
    rng: systemRng,
    ids: uuidSource,
    postgres,
    stream,
    warehouse,
    readOnlyWarehouse: warehouse.readOnly,
    catalogue: builtInCatalogue,
  };

  @Module({ imports: [RuntimeModule.forRoot(parts), WriterModule] })
  class WriterProcess {}

  const onFatal = (error: unknown) => {
    logger.fatal({ err: error }, 'the writer stops; nothing of the batch in hand was committed');
    process.exitCode = 1;
    void close();
  };
  const strategy = writerTransport({ stream, catalogue: builtInCatalogue, onFatal });
  const app = await NestFactory.createMicroservice(WriterProcess, { strategy, logger: false });
  let closing: Promise<void> | null = null;
  const close = () =>
    (closing ??= (async () => {
      await app.close();
      await warehouse.close();
      await stream.close();
      await postgres.end();
    })());
  process.once('SIGTERM', () => void close());
  process.once('SIGINT', () => void close());
  await app.listen();
}

await main();
