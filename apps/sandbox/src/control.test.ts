import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '@tianyan/kernel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from './index.js';
import { LIVE_STARTS_MS } from './options.js';

let folder: string;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-control-'));
  // So slow that its time stands.
  sandbox = await startSandbox({ seed: 1, size: '100', speed: 0.000_001, dataFolder: folder, quietUpstreams: true });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, body: unknown) =>
  fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Two years: what is not refused comes to an end all the same. */
const TOO_FAR_MS = LIVE_STARTS_MS + 730 * DAY_MS;

test.each([
  ['a jump to it', () => post('/control/advance', { toMs: TOO_FAR_MS })],
  ['a jump over it', () => post('/control/advance', { byMs: 730 * DAY_MS })],
  ['what is true then', () => fetch(`${sandbox.url}/truth?atMs=${TOO_FAR_MS}`)],
  ['what went wrong by then', () => fetch(`${sandbox.url}/nastiness?atMs=${TOO_FAR_MS}`)],
])('%s is refused, a time years ahead, and the county goes on where it was', async (_what, ask) => {
  const kept = () => readFileSync(join(folder, 'clock.json'), 'utf8');
  const before = kept();
  const answer = await ask();
  expect([answer.status, await answer.json()]).toEqual([409, { msg: expect.stringContaining('more than a year ahead') }]);
  expect(kept()).toBe(before);
});

test('an outage that nobody would see the end of is refused', async () => {
  expect((await post('/control/outage', { upstream: 'assets', forRealMs: 400 * DAY_MS })).status).toBe(400);
});

test('months ahead are within reach', async () => {
  expect((await fetch(`${sandbox.url}/truth?atMs=${LIVE_STARTS_MS + 60 * DAY_MS}`)).status).toBe(200);
  expect((await post('/control/advance', { byMs: 60 * DAY_MS })).status).toBe(200);
});
