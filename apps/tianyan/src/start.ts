import { UserStore } from '@tianyan/access';
import { TeamStore } from '@tianyan/notices';
import { ensureDemoTeams, ensureFirstPasswords, prepareConsole } from '@tianyan/console-app';
import { correlatorLags, correlatorTransport } from '@tianyan/correlator-app';
import { RefusedError } from '@tianyan/kernel';
import {
  configuredRules,
  createLogger,
  keepFilesPrivate,
  keptSecret,
  METRICS,
  openCountyClock,
  showLags,
  startWait,
  type Metrics,
  type TianyanConfig,
} from '@tianyan/runtime';
import { CONNECTOR } from '@tianyan/runtime/sources';
import { configuredSources, pushEndpoint, type ComposedConnector } from '@tianyan/sources';
import { writerLags, writerTransport } from '@tianyan/writer-app';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { isDataDirectoryInUse } from './data-directory-in-use.js';
import { openParts, type OpenParts } from './open-parts.js';
import { startSandbox, type RunningSandbox } from './sandbox-process.js';

export interface Started {
  url: string;
  sandboxUrl: string | null;
  stop(): Promise<void>;
}

/** The built console, beside the other apps. */
const WEB_DIRECTORY = fileURLToPath(new URL('../../web/dist', import.meta.url));

/**
 * Starts the whole product in this process: sandbox county, databases, modules, HTTP. What was started is stopped again
 * if something on the way fails. Throws RefusedError when another process works on the data directory.
 * @param onFatal called once after everything has been stopped because of an unknown error
 */
export async function start(settings: TianyanConfig, say: (text: string) => void, onFatal: () => void): Promise<Started> {
  if (await isDataDirectoryInUse(settings))
    throw new RefusedError('conflict', `数据目录 ${settings.dataDirectory} 正在被另一个天眼进程使用，请先停止它。`);
  keepFilesPrivate(settings.dataDirectory);
  const logger = createLogger(settings);
  const closers: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | null = null;
  const stop = () => (stopping ??= closeAll(closers));
  const stopFatally = (error: unknown) => {
    logger.fatal({ err: error }, 'stopped before commit');
    // oxlint-disable-next-line promise/no-promise-in-callback -- the last thing that this process does
    void stop().finally(onFatal);
  };
  try {
    const sandbox = await openSandbox(settings, logger, closers);
    if (sandbox) say(`演示县接口    ${sandbox.url}`);
    const config = withSandbox(settings, sandbox);
    // Some of the stores may run elsewhere, and come up later than this process. A signal ends it without further ado.
    const wait = startWait({ config, processName: '平台', say, logger });
    const countyClock = await openCountyClock({ config, wait, logger, closers });
    const opened = await openParts({ config, logger, countyClock, wait });
    closers.push(() => opened.close());
    const app = await createApp({ config, opened, onFatal: stopFatally });
    closers.push(() => app.close());
    const { stream, catalogue } = opened.parts;
    showLags(app.get<Metrics>(METRICS, { strict: false }), {
      admin: stream.admin(),
      groups: [writerLags(catalogue), correlatorLags()],
      logger,
    });
    app.connectMicroservice({ strategy: writerTransport({ stream, catalogue, onFatal: stopFatally }) });
    app.connectMicroservice({ strategy: correlatorTransport({ stream, onFatal: stopFatally }) });
    await app.startAllMicroservices();
    await sayPasswords(app, config, say);
    await app.listen(config.port, config.host);
    const url = await app.getUrl();
    say(`控制台        ${url}`);
    return { url, sandboxUrl: sandbox?.url ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In the opposite order of opening. */
async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const closer of closers.toReversed()) await closer();
}

async function openSandbox(
  { sandbox: county, dataDirectory }: TianyanConfig,
  logger: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<RunningSandbox | null> {
  if (county === null) return null;
  const sandbox = await startSandbox({ ...county, dataDirectory, logger });
  closers.push(() => sandbox.stop());
  return sandbox;
}

async function createApp(input: {
  config: TianyanConfig;
  opened: OpenParts;
  onFatal: (error: unknown) => void;
}): Promise<NestExpressApplication> {
  const { config, opened } = input;
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot({
      parts: opened.parts,
      postgresUrl: opened.postgresUrl,
      ...configuredSources(config),
      digestKey: config.digestKey ?? keptSecret(join(config.dataDirectory, 'secrets', 'digest-key')),
      rules: configuredRules(config),
      onFatal: input.onFatal,
    }),
    { logger: ['error', 'warn'] },
  );
  // Before the body parsers: the signature of a push is over its bytes.
  app.use('/push', pushEndpoint(app.get<ComposedConnector>(CONNECTOR, { strict: false }).pushes, opened.parts.logger));
  prepareConsole(app, { webDirectory: existsSync(WEB_DIRECTORY) ? WEB_DIRECTORY : null });
  return app;
}

/** The county that was started is read, and followed, like one that runs elsewhere. */
function withSandbox(config: TianyanConfig, sandbox: RunningSandbox | null): TianyanConfig {
  return sandbox === null ? config : { ...config, sandboxServer: { url: sandbox.url, exportsFolder: sandbox.exportsFolder } };
}

async function sayPasswords(app: NestExpressApplication, config: TianyanConfig, say: (text: string) => void): Promise<void> {
  const accounts = {
    dataDirectory: config.dataDirectory,
    users: app.get(UserStore, { strict: false }),
    teams: app.get(TeamStore, { strict: false }),
  };
  const first = await ensureFirstPasswords(accounts);
  const demo = config.sandboxServer === null ? null : await ensureDemoTeams(accounts);
  for (const { account, password } of first.made) say(`初始账号      ${account}  初始密码 ${password}  （首次登录须修改）`);
  if (demo && demo.made.length > 0)
    say(`演示县监督组  ${demo.made.length} 个账号（${demo.made.map(({ account }) => account).join('、')}）`);
  if (first.made.length > 0 || (demo && demo.made.length > 0)) say(`初始密码另存于 ${first.file}，修改后请删除`);
}
