import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childArguments, ChildSandbox, MAIN, readyLine, type ChildOptions } from './testing/child-sandbox.js';
import { everythingOf, filesIn } from './testing/everything.js';

const DAY_MS = 86_400_000;

const running: ChildSandbox[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.end('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-restart-'));
  folders.push(folder);
  return folder;
}

async function start(options: ChildOptions): Promise<ChildSandbox> {
  const sandbox = await ChildSandbox.start(options);
  running.push(sandbox);
  return sandbox;
}

/** Waits until nobody answers at the address any more. */
async function gone(url: string, withinMs: number): Promise<boolean> {
  const untilMs = performance.now() + withinMs;
  while (performance.now() < untilMs) {
    const answered = await fetch(`${url}/health`).then(
      () => true,
      () => false,
    );
    if (!answered) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

describe('the end of the process', () => {
  test('comes when its parent is killed', async () => {
    const script = `
      const child = require('node:child_process').spawn(process.execPath, JSON.parse(process.argv[1]), { stdio: ['pipe', 'pipe', 'ignore'] });
      child.stdout.once('data', (line) => process.stdout.write(child.pid + ' ' + line));
    `;
    const args = JSON.stringify([MAIN, ...childArguments({ dataFolder: newFolder() })]);
    const parent = spawn(process.execPath, ['-e', script, args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const space = line.indexOf(' ');
    const { url } = readyLine.parse(JSON.parse(line.slice(space)));
    expect((await fetch(`${url}/health`)).ok).toBe(true);
    const ended = once(parent, 'exit');
    parent.kill('SIGKILL');
    await ended;
    const isGone = await gone(url, 10_000);
    if (!isGone) process.kill(Number(line.slice(0, space)), 'SIGKILL');
    expect(isGone).toBe(true);
  });

  test.each(['end of input', 'SIGTERM'] as const)('comes in order by %s', async (how) => {
    const sandbox = await start({ dataFolder: newFolder() });
    expect(await sandbox.end(how)).toBe(0);
  });
});

describe('a restart on the same folder', () => {
  test('goes on with the same time, speed, history and files after kill -9', async () => {
    const dataFolder = newFolder();
    const first = await start({ dataFolder });
    await first.post('/control/advance', { byMs: 5 * DAY_MS });
    const before = await everythingOf(first);
    await first.post('/control/speed', { speed: 0.000_002 });
    const lastToldMs = await first.nowMs();
    await first.end('SIGKILL');

    const second = await start({ dataFolder });
    expect(await second.nowMs()).toBeGreaterThanOrEqual(lastToldMs);
    expect(await second.nowMs()).toBeLessThan(lastToldMs + 1_000);
    expect(await second.get('/clock')).toMatchObject({ speed: 0.000_002 });
    expect(await everythingOf(second)).toEqual(before);
  });

  test('never goes back, at any speed, however often it is killed', async () => {
    const dataFolder = newFolder();
    let latestMs = 0;
    for (let round = 0; round < 4; round++) {
      const sandbox = await start({ dataFolder, speed: 6_000 });
      for (let look = 0; look < 20; look++) {
        const nowMs = await sandbox.nowMs();
        expect(nowMs).toBeGreaterThanOrEqual(latestMs);
        latestMs = nowMs;
      }
      await sandbox.end('SIGKILL');
    }
  });

  test('takes a new start speed for a new wish', async () => {
    const dataFolder = newFolder();
    const first = await start({ dataFolder, speed: 5 });
    await first.post('/control/speed', { speed: 7 });
    await first.end('SIGTERM');
    const second = await start({ dataFolder, speed: 6 });
    expect(await second.get('/clock')).toMatchObject({ speed: 6 });
  });

  test('keeps an outage that was asked for', async () => {
    const dataFolder = newFolder();
    const first = await start({ dataFolder });
    await first.post('/control/outage', { upstream: 'trading', forRealMs: 60_000 });
    await first.end('SIGKILL');
    const second = await start({ dataFolder });
    const response = await fetch(`${second.url}/trading/openapi/changes`, { headers: { 'x-api-key': 'sandbox-trading' } });
    expect(response.status).toBe(503);
  });

  test('completes the files when it was killed in the middle of dropping them', async () => {
    const undisturbed = await start({ dataFolder: newFolder() });
    await undisturbed.post('/control/advance', { byMs: 15 * DAY_MS });
    const expected = filesIn(undisturbed.exportsFolder);

    const dataFolder = newFolder();
    const first = await start({ dataFolder });
    const filesAtStart = readdirSync(first.exportsFolder).length;
    const cutOff = first.post('/control/advance', { byMs: 15 * DAY_MS }).catch((error: unknown) => error);
    while (readdirSync(first.exportsFolder).length < filesAtStart + 12) await new Promise((resolve) => setImmediate(resolve));
    await first.end('SIGKILL');
    await cutOff;
    expect(filesIn(first.exportsFolder).size).toBeLessThan(expected.size);

    const second = await start({ dataFolder });
    expect(filesIn(second.exportsFolder)).toEqual(expected);
  });

  test('is refused to another county', async () => {
    const dataFolder = newFolder();
    await (await start({ dataFolder })).end('SIGTERM');
    await expect(ChildSandbox.start({ dataFolder, seed: 2 })).rejects.toThrow('ended with code 2');
  });
});
