import { SweepLog } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import type { Evaluation } from '@tianyan/rules';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { overviewSchema, sweepListSchema } from '../api/index.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;

beforeAll(async () => {
  fixture = await startConsole();
  const log = new SweepLog(fixture.pool);
  for (const [id, reason, startedAtMs] of [
    ['nightly', 'scheduled', 1_000],
    ['first-look', 'changed-rules', 2_000],
  ] as const) {
    await log.begin({ id, reason, ruleIds: ['order-ping-pong'], startedAtMs, nowMs: COUNTY_NOW_MS });
    await log.end(id, { finishedAtMs: startedAtMs + 500, failure: null });
  }
  await fixture.storeFindings([finding('OLD', 10), finding('OLDER', 11)], { kind: 'sweep', sweepId: 'first-look' });
  await fixture.storeFindings([finding('NEW', 0)], { kind: 'records', batches: ['b1'], records: [] });
});

afterAll(() => fixture.stop());

function finding(scope: string, daysAgo: number): Evaluation {
  return {
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - daysAgo * DAY_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns: 3 },
    subjects: {},
  };
}

describe('the overview of a county whose history was just loaded', () => {
  test('shows problems on the day on which they came about, and says apart what a first look found today', async () => {
    const answer = await (await fixture.signedIn(ANALYST)).get('/api/overview');
    const { perDay } = overviewSchema.parse(answer.body).findings;
    expect(perDay.filter(({ occurred }) => occurred > 0).map(({ day, occurred }) => [day, occurred])).toEqual([
      ['2026-06-20', 1],
      ['2026-06-21', 1],
      ['2026-07-01', 1],
    ]);
    expect(perDay.at(-1)).toEqual({ day: '2026-07-01', occurred: 1, opened: 3, openedByFirstLook: 2, withdrawn: 0 });
    expect(perDay).toHaveLength(30);
  });

  test('names the same last sweep as the page of sweeps: one that had something to compare with', async () => {
    const client = await fixture.signedIn(ANALYST);
    const { drift } = overviewSchema.parse((await client.get('/api/overview')).body);
    const { items } = sweepListSchema.parse((await client.get('/api/sweeps')).body);
    expect(items.map(({ id, looksForDrift }) => [id, looksForDrift])).toEqual([
      ['first-look', false],
      ['nightly', true],
    ]);
    expect(drift.lastSweepAtMs).toBe(items.find(({ looksForDrift }) => looksForDrift)?.endedAtMs);
  });
});
