import { RefusedError, SECOND_MS, timerPause } from '@tianyan/kernel';
import type { MigrationSet } from '@tianyan/postgres';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { readProcessConfig, type TianyanConfig } from './config.js';
import { leaveSignalsToTheProcess } from './embedded-postgres.js';
import { jobsOn } from './jobs.module.js';
import { createLogger } from './logging.js';
import { openCountyClock } from './open-county-clock.js';
import { openParts, type OpenParts } from './open-parts.js';
import { showLags, type GroupTopics, type Metrics, type ReadinessCheck } from './operations/index.js';
import type { RuntimeParts } from './parts.js';
import { keepFilesPrivate } from './private-files.js';
import { ProcessModule } from './process.module.js';
import { RuntimeModule } from './runtime.module.js';
import { answerWhileStarting, StartAbandonedError, startWait, type StartingServer, type StoreWait } from './starting/index.js';
import { startTelemetry } from './telemetry.js';
import { METRICS } from './tokens.js';
import type { StreamTransport } from './transport/index.js';

/** What a process is given to compose its modules from. */
export interface ProcessContext {
  parts: RuntimeParts;
  config: TianyanConfig;
  /** An unknown error: nothing was committed; stops the process with exit code 1. */
  onFatal: (error: unknown) => void;
}

/** One app as a process of its own. */
export interface ProcessDefinition {
  /** As in the log and in the name of its file. */
  name: string;
  /** Schemas that it works with, beside the stream's. */
  migrations: readonly MigrationSet[];
  modules: (context: ProcessContext) => readonly (DynamicModule | Type)[];
  transports?: (context: ProcessContext) => readonly StreamTransport[];
  /** What has to be well beside the stores before it can work. */
  readiness?: (context: ProcessContext) => readonly ReadinessCheck[];
  /** Groups of which it shows how far they are behind. */
  lags?: (context: ProcessContext) => readonly GroupTopics[];
  /** Called before it listens. */
  prepare?: (app: NestExpressApplication, context: ProcessContext) => void | Promise<void>;
}

/**
 * A stop finishes the batch, the poll's page and the requests in hand. What takes longer is cut off, which loses nothing:
 * it is done again elsewhere. Below the 30 s that Kubernetes and Docker give by default or by our files.
 */
export const DRAIN_TIMEOUT_MS = 25 * SECOND_MS;

/** Stopped in time; or an unknown error, or what was in hand had to be cut off. */
const EXIT_DONE = 0;
const EXIT_FAILED = 1;

/**
 * Runs one app alone, against stores that run elsewhere and are named by URL: reads the environment, opens the stores,
 * serves /healthz, /readyz and /metrics, and ends on SIGTERM or SIGINT. Resolves when the process works. Stores that are away
 * at the start are waited for, as long as the configuration says.
 */
export async function runProcess(definition: ProcessDefinition): Promise<void> {
  try {
    const config = readProcessConfig(process.env);
    if (config.digestKey === null)
      throw new RefusedError(
        'invalid',
        '请设置 TIANYAN_DIGEST_KEY（至少 32 个字符，妥善保存）：所有进程要用同一个密钥，同一个来电人才对得上。',
      );
    keepFilesPrivate(config.dataDirectory);
    await new RunningProcess(definition, config, createLogger(config, definition.name)).start();
  } catch (error) {
    // Told to stop while it waited: whoever told it ends the process.
    if (error instanceof StartAbandonedError) return;
    const text = error instanceof RefusedError ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`[天眼] ${definition.name} 没有启动：${text}\n`);
    process.exit(EXIT_FAILED);
  }
}

class RunningProcess {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private stopping = false;
  /** Ends the waiting for stores. */
  private readonly abandoned = new AbortController();
  private readonly wait: StoreWait;
  private beforeListening: StartingServer | null = null;

  constructor(
    private readonly definition: ProcessDefinition,
    private readonly config: TianyanConfig,
    private readonly logger: Logger,
  ) {
    this.wait = startWait({
      config,
      processName: definition.name,
      say: (text) => process.stderr.write(`[天眼] ${text}\n`),
      logger,
      signal: this.abandoned.signal,
    });
  }

  async start(): Promise<void> {
    const { config, logger, definition } = this;
    leaveSignalsToTheProcess();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void this.stop(EXIT_DONE));
    if (config.stopWithStdin) process.stdin.resume().once('close', () => void this.stop(EXIT_DONE));
    await this.answerEarly();
    const stopTelemetry = await startTelemetry(definition.name);
    if (stopTelemetry) this.closers.push(stopTelemetry);
    const countyClock = await openCountyClock({ config, logger, wait: this.wait, closers: this.closers });
    const { migrations } = definition;
    const opened = await openParts({ config, logger, countyClock, migrations, embedded: null, wait: this.wait });
    this.closers.push(() => opened.close());
    const context: ProcessContext = { parts: opened.parts, config, onFatal: (error) => this.stopFatally(error) };
    const app = await this.createApp(opened, context);
    const groups = definition.lags?.(context) ?? [];
    if (groups.length > 0)
      showLags(app.get<Metrics>(METRICS, { strict: false }), { admin: opened.parts.stream.admin(), groups, logger });
    await definition.prepare?.(app, context);
    for (const strategy of definition.transports?.(context) ?? []) app.connectMicroservice({ strategy });
    await app.startAllMicroservices();
    await this.beforeListening?.close();
    await app.listen(config.port, config.host);
    logger.info({ url: await app.getUrl() }, 'ready');
  }

  /** With no port of its own choice nobody knows yet where to ask. */
  private async answerEarly(): Promise<void> {
    const { host, port } = this.config;
    if (port !== 0) this.beforeListening = await answerWhileStarting({ host, port, waitingFor: () => this.wait.waitingFor });
  }

  private async createApp(opened: OpenParts, context: ProcessContext): Promise<NestExpressApplication> {
    const { parts: shared, postgresUrl } = opened;
    const readiness = [...(shared.readiness ?? []), ...(this.definition.readiness?.(context) ?? [])];
    const parts = { ...shared, readiness };
    const jobs = jobsOn({ redisUrl: this.config.redisUrl, postgresUrl, logger: this.logger });
    const composed = ProcessModule.of([RuntimeModule.forRoot(parts), jobs, ...this.definition.modules(context)]);
    const options = { logger: ['error', 'warn'] as ['error', 'warn'], forceCloseConnections: true };
    const app = await NestFactory.create<NestExpressApplication>(composed, options);
    this.closers.push(() => app.close());
    return app;
  }

  private stopFatally(error: unknown): void {
    this.logger.fatal({ err: error }, 'stopped before commit; nothing of what was in hand counts');
    void this.stop(EXIT_FAILED);
  }

  private async stop(exitCode: number): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.abandoned.abort();
    this.logger.info({ drainTimeoutMs: DRAIN_TIMEOUT_MS }, 'stopping');
    const drained = await Promise.race([this.drain(), timerPause(DRAIN_TIMEOUT_MS).then(() => false)]);
    if (!drained) this.logger.error('not everything in hand was done in time; it will be done again');
    else this.logger.info('stopped');
    this.logger.flush(() => process.exit(drained ? exitCode : EXIT_FAILED));
  }

  private async drain(): Promise<boolean> {
    try {
      // In the opposite order of opening.
      for (const closer of this.closers.toReversed()) await closer();
      return true;
    } catch (error) {
      this.logger.error({ err: error }, 'could not stop in good order');
      return false;
    }
  }
}
