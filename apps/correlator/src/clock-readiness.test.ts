import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clockLimits, EvaluationClock } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, ManualClock } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readConfig, readProcessConfig } from '@tianyan/runtime';
import { clockReadiness } from './clock-readiness.js';
import { correlatorMigrations } from './migrations.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres(correlatorMigrations);
});
afterAll(() => postgres.stop());

const NOW_MS = Date.parse('2026-07-01T00:00:00+08:00');
const countyClock = new ManualClock(NOW_MS);
const evaluatedAt = (nowMs: number) => execute(postgres.pool, 'UPDATE finding_clock SET now_ms = $1', [nowMs]);
const checked = (config: ReturnType<typeof readConfig>) =>
  clockReadiness({ postgres: postgres.pool, countyClock, config }).check();

test.each([
  ['a process of a cluster that was told nothing of a sandbox', readProcessConfig({})],
  ['the same where one is said to be on', readProcessConfig({ TIANYAN_SANDBOX: 'on' })],
  ['the process with everything in it, without its sandbox', readConfig({ TIANYAN_SANDBOX: 'off' })],
])('a machine’s clock that jumps stops evaluation in %s', async (_which, config) => {
  await evaluatedAt(NOW_MS - 400 * DAY_MS);
  await expect(checked(config)).rejects.toThrow('研判已停止：时间向前跳了 400 天');
  await evaluatedAt(NOW_MS + 2 * HOUR_MS);
  await expect(checked(config)).rejects.toThrow('研判已停止：机器时间比研判时钟慢');
  await new EvaluationClock(postgres.pool, clockLimits(config)).reset(NOW_MS);
  await checked(config);
});

test('a simulated county’s does not, wherever it runs', async () => {
  await evaluatedAt(NOW_MS - 400 * DAY_MS);
  const simulated = { TIANYAN_SANDBOX_URL: 'http://sandbox:8090' };
  for (const config of [readProcessConfig(simulated), readConfig(simulated)]) await checked(config);
});
