import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@tianyan/kernel';
import express from 'express';
import { controlRoutes } from './control.js';
import { LIVE_STARTS_MS, PAST_STARTS, parseSize, type SandboxOptions } from './options.js';
import { SandboxClock } from './sandbox-clock.js';
import { SandboxWorld } from './sandbox.js';
import { Faults } from './upstreams/faults.js';
import { hotlineRoutes } from './upstreams/hotline/routes.js';
import { dayNumberOf, startOfDayMs } from './world/work-time.js';

export { parseSize, type SandboxOptions } from './options.js';

export interface RunningSandbox {
  url: string;
  exportsFolder: string;
  stop(): Promise<void>;
}

/** Starts the simulated county's upstream systems on 127.0.0.1. The past year is planned before it returns (some seconds at county size). */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const exportsFolder = join(options.dataFolder, 'exports');
  mkdirSync(exportsFolder, { recursive: true });
  const world = new SandboxWorld(options.seed ?? 7, parseSize(options.size ?? 'county'));
  const clock = SandboxClock.open(options.dataFolder, systemClock, LIVE_STARTS_MS, options.speed ?? 60);
  const faults = new Faults(clock, systemClock, options.quietUpstreams !== true);
  world.hotline.ensureThrough(dayNumberOf(clock.nowMs()));
  const app = express();
  app.disable('x-powered-by');
  app.use(
    '/hotline/api/v2',
    hotlineRoutes({
      county: world.county,
      timeline: world.hotline,
      renderer: world.hotlineRenderer,
      clock,
      faults,
      directoryAtMs: startOfDayMs(PAST_STARTS),
    }),
  );
  app.use(controlRoutes({ world, clock, faults }));
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the sandbox listens on TCP');
  return {
    url: `http://127.0.0.1:${address.port}`,
    exportsFolder,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
