import { afterEach, expect, test } from '@jest/globals';
import { DAY_MS, seededRng, systemClock, timerPause } from '@tianyan/kernel';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { openCountyClock, readConfig, readProcessConfig, StoreWait } from './index.js';

const logger = pino({ level: 'silent' });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const wait = new StoreWait({
  processName: 'correlator',
  timeoutMs: 0,
  say: () => undefined,
  logger,
  clock: systemClock,
  rng: seededRng(1),
  pause: timerPause,
  signal: new AbortController().signal,
});

const COUNTY_MS = Date.parse('2031-01-01T00:00:00+08:00');

/** A county whose time stands. */
async function county(): Promise<string> {
  const answer = JSON.stringify({ simStartMs: 0, realStartMs: 0, speed: 0, nowMs: COUNTY_MS });
  const server: Server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a server that listens has one
}

test.each([
  ['a process of a cluster', readProcessConfig],
  ['the process with everything in it', readConfig],
])('%s follows the county that is named', async (_which, read) => {
  const config = read({ TIANYAN_SANDBOX_URL: await county() });
  const clock = await openCountyClock({ config, wait, logger, closers });
  expect(clock.nowMs()).toBe(COUNTY_MS);
  expect(config.sandbox).toBeNull();
});

test('without one the time is the machine’s, or the one that was set', async () => {
  const clockOf = (config: ReturnType<typeof readConfig>) => openCountyClock({ config, wait, logger, closers });
  expect(Math.abs((await clockOf(readProcessConfig({}))).nowMs() - systemClock.nowMs())).toBeLessThan(DAY_MS);
  const set = readProcessConfig({ TIANYAN_NOW: '2016-01-13T00:00:00+08:00' });
  expect((await clockOf(set)).nowMs()).toBe(Date.parse('2016-01-13T00:00:00+08:00'));
});
