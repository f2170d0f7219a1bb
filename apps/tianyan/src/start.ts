import { connectorMigrations, loadSources, SANDBOX_SOURCES } from '@tianyan/connector-app';
import { systemClock } from '@tianyan/kernel';
import { createLogger, keptSecret, type TianyanConfig } from '@tianyan/runtime';
import { writerTransport } from '@tianyan/writer-app';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { AppModule } from './app.module.js';
import { CountyClock } from './county-clock.js';
import { openParts } from './open-parts.js';
import { startSandbox } from './sandbox-process.js';

export interface Started {
  url: string;
  sandboxUrl: string | null;
  stop(): Promise<void>;
}

/** Starts the whole product in this process: databases, sandbox county, modules, HTTP. */
export async function start(config: TianyanConfig, say: (text: string) => void): Promise<Started> {
  const logger = createLogger(config);
  const sandbox = config.sandbox ? await startSandbox({ ...config.sandbox, dataDirectory: config.dataDirectory, logger }) : null;
  if (sandbox) say(`演示县接口    ${sandbox.url}`);
  const countyClock = sandbox ? await CountyClock.follow({ sandboxUrl: sandbox.url, machineClock: systemClock, logger }) : null;
  const opened = await openParts({ config, logger, countyClock: countyClock ?? systemClock, migrations: [connectorMigrations] });
  const sources = sandbox
    ? loadSources(config.sourcesFile ?? SANDBOX_SOURCES, {
        values: { sandboxUrl: sandbox.url, exportsFolder: sandbox.exportsFolder },
        secrets: { hotlineToken: 'sandbox-hotline', tradingKey: 'sandbox-trading' },
      })
    : [];
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot({
      parts: opened.parts,
      postgresUrl: opened.postgresUrl,
      sources,
      digestKey: config.digestKey ?? keptSecret(join(config.dataDirectory, 'secrets', 'digest-key')),
    }),
    { logger: ['error', 'warn'] },
  );
  const onFatal = (error: unknown) => {
    logger.fatal({ err: error }, 'stopped before commit');
    process.exitCode = 1;
    void app.close();
  };
  const { stream, catalogue } = opened.parts;
  app.connectMicroservice({ strategy: writerTransport({ stream, catalogue, onFatal }) });
  await app.startAllMicroservices();
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  say(`控制台        ${url}`);
  return {
    url,
    sandboxUrl: sandbox?.url ?? null,
    stop: async () => {
      await app.close();
      countyClock?.close();
      await opened.close();
      await sandbox?.stop();
    },
  };
}
