import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '@tianyan/kernel';
import express from 'express';
import { controlRoutes } from './control.js';
import { LIVE_STARTS_MS, PAST_STARTS, parseSize, type SandboxOptions } from './options.js';
import { SandboxWorld } from './sandbox.js';
import { claimFolder } from './state/identity.js';
import { SandboxClock } from './state/sandbox-clock.js';
import { replaceFile } from './state/state-file.js';
import { LedgerExporter } from './upstreams/assets/exporter.js';
import { Faults } from './upstreams/faults.js';
import { hotlineRoutes } from './upstreams/hotline/routes.js';
import { TradingFeed, tradingRoutes } from './upstreams/trading/routes.js';
import { dayNumberOf, startOfDayMs } from './world/work-time.js';

export { parseSize, type SandboxOptions } from './options.js';
export { OtherCountyError } from './state/identity.js';

export interface RunningSandbox {
  url: string;
  exportsFolder: string;
  stop(): Promise<void>;
}

/** Whoever can reach the sandbox can stop its clock; only a network of containers gives it another address. */
const LOOPBACK = '127.0.0.1';

/** Real time between looks at whether a night's export is due: one sandbox minute at the default speed. */
const EXPORT_CHECK_MS = 1_000;

/**
 * Starts the simulated county's upstream systems. The past year is planned before it returns (some seconds
 * at county size). On a folder that was used before, the county goes on from where it was.
 * @throws OtherCountyError when the folder belongs to another seed or size
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  // Whoever is told of it need not stand in the same folder.
  const exportsFolder = resolve(options.dataFolder, 'exports');
  const { seed = 7, size = 'county' } = options;
  const world = new SandboxWorld(seed, parseSize(size));
  mkdirSync(exportsFolder, { recursive: true });
  claimFolder(options.dataFolder, { seed, size });
  const clock = SandboxClock.open(options.dataFolder, systemClock, LIVE_STARTS_MS, options.speed ?? 60);
  const faults = new Faults(clock, systemClock, options.quietUpstreams !== true, options.dataFolder);
  world.ensureThrough(dayNumberOf(clock.nowMs()));
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // pages never come twice; a digest of each costs for nothing
  app.use(
    '/hotline/api/v2',
    hotlineRoutes({
      county: world.county,
      timeline: world.hotline,
      centre: world.centre,
      renderer: world.hotlineRenderer,
      clock,
      faults,
      directoryAtMs: startOfDayMs(PAST_STARTS),
    }),
  );
  const feed = new TradingFeed(world, PAST_STARTS);
  app.use('/trading/openapi', tradingRoutes({ world, feed, clock, faults }));
  const exporter = new LedgerExporter(world, exportsFolder, options.dataFolder, () => faults.isOut('assets'));
  app.use(controlRoutes({ world, clock, faults, feed, exporter }));
  writeTruth(world, options.dataFolder);
  await exporter.catchUp(clock.nowMs());
  let truthDay = dayNumberOf(clock.nowMs());
  const timer = setInterval(() => {
    exporter.catchUp(clock.nowMs()).catch((error: unknown) => options.warn?.(`三资文件没有写出：${String(error)}`));
    if (dayNumberOf(clock.nowMs()) === truthDay) return;
    truthDay = dayNumberOf(clock.nowMs());
    world.ensureThrough(truthDay);
    writeTruth(world, options.dataFolder);
  }, EXPORT_CHECK_MS);
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the sandbox listens on TCP');
  return {
    url: `http://${LOOPBACK}:${address.port}`,
    exportsFolder,
    stop: () =>
      new Promise((resolve, reject) => {
        clearInterval(timer);
        server.close((error) => (error ? reject(error) : resolve()));
        clock.close();
        server.closeAllConnections();
      }),
  };
}

function writeTruth(world: SandboxWorld, folder: string): void {
  replaceFile(join(folder, 'truth.json'), JSON.stringify(world.truth.list(null), null, 1));
}
