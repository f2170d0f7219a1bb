import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EvaluationTickets } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { advisoriesSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  analyst = await fixture.signedIn(ANALYST);
});
afterAll(() => fixture.stop());

const advisories = async (client = analyst) => advisoriesSchema.parse((await client.get('/api/advisories')).body);
const reason = { reason: '机器时间已与国家授时核对' };

test('nothing is said while all is well', async () => {
  await new EvaluationTickets(fixture.pool).take(COUNTY_NOW_MS, null);
  expect(await advisories()).toEqual({ items: [], countyNowMs: COUNTY_NOW_MS, evaluationNowMs: COUNTY_NOW_MS });
});

test('from October on, the holidays of the next year are missed', async () => {
  fixture.countyClock.advanceTo(Date.parse('2026-07-20T00:00:00+08:00'));
  expect((await advisories()).items.filter(({ key }) => key.startsWith('calendar'))).toEqual([]);
  await new EvaluationTickets(fixture.pool).take(Date.parse('2026-10-01T00:00:00+08:00'), null);
  fixture.countyClock.advanceTo(Date.parse('2026-10-01T00:00:00+08:00'));
  expect((await advisories()).items).toMatchObject([{ severity: 'warning', text: expect.stringContaining('2027 年的放假安排') }]);
});

test('a clock that jumped is told, with both times; only an administrator says that it is right', async () => {
  const evaluatedMs = fixture.countyClock.nowMs();
  fixture.countyClock.advanceTo(evaluatedMs + 400 * DAY_MS);
  const told = await advisories();
  expect(told).toMatchObject({ evaluationNowMs: evaluatedMs, countyNowMs: evaluatedMs + 400 * DAY_MS });
  expect(told.items[0]).toMatchObject({
    severity: 'error',
    action: 'accept-clock',
    text: expect.stringMatching(/研判已停止：时间向前跳了 400 天.*机器时间 2027-11-05 00:00，研判时钟 2026-10-01 00:00/),
  });
  expect((await analyst.post('/api/advisories/clock', { action: 'accept', ...reason })).status).toBe(403);
  expect((await administrator.post('/api/advisories/clock', { action: 'reset', ...reason })).status).toBe(409);
  const settled = await administrator.post('/api/advisories/clock', { action: 'accept', ...reason });
  expect([
    settled.status,
    advisoriesSchema
      .parse(settled.body)
      .items.map(({ action }) => action)
      .filter(Boolean),
  ]).toEqual([200, []]);
  const settlings = "SELECT object FROM access_audit WHERE action = 'settle-clock'";
  const entries = await rows(fixture.pool, z.object({ object: z.string() }), settlings);
  expect(entries.map(({ object }) => object)).toEqual(['clock/reset', 'clock/accept']);
});
