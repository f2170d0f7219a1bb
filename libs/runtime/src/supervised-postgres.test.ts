import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RetriableError, systemRng, timerPause, withRetry } from '@tianyan/kernel';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { pino } from 'pino';
import { openOperationalStore, startEmbeddedPostgres, type RunningPostgres } from './index.js';

const logger = pino({ level: 'silent' });
let directory: string;
let postgres: RunningPostgres;

/** null while no server has its file there: a server that starts anew takes the old one away at any moment. */
async function pidOfServer(): Promise<number | null> {
  try {
    return Number((await readFile(join(directory, 'pg', 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
  } catch (error) {
    // Errors of Node's own modules are of another realm than the tests.
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function runningPid(): Promise<number> {
  const pid = await pidOfServer();
  if (pid === null) throw new Error('no server runs');
  return pid;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-supervised-'));
  // Started by root, PostgreSQL runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  postgres = await startEmbeddedPostgres({ directory: join(directory, 'pg'), password: 'test', logger });
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test('a killed server comes back on the same port with what it had acknowledged; told to stop, it stays away', async () => {
  const pool = openOperationalStore({ url: postgres.url, logger });
  await pool.query('CREATE TABLE kept (n int)');
  for (let round = 1; round <= 2; round++) {
    await pool.query('INSERT INTO kept VALUES ($1)', [round]);
    const pid = await runningPid();
    process.kill(pid, 'SIGKILL');
    const rows = await withRetry(
      { policy: { maxAttempts: 200, firstDelayMs: 100, maxDelayMs: 300 }, rng: systemRng, pause: timerPause },
      async () => {
        if ([pid, null].includes(await pidOfServer())) throw new RetriableError('not back yet');
        return (await pool.query('SELECT n FROM kept ORDER BY n')).rows;
      },
    );
    expect(rows).toHaveLength(round);
  }
  const pid = await runningPid();
  await pool.end();
  await postgres.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await pidOfServer()).toBeNull();
});
