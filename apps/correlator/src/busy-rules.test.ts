import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, OwnTime, RETRY_AFTER_MS, RuleRunQueries, RuleSetAsideError } from '@tianyan/findings';
import { DAY_MS, HOUR_MS, ManualClock } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import { alterRunningDistinct } from '@tianyan/rules/testing';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { haveAdministrator, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
/** Counts different units; the other rule over orders does not. */
const SLOW = 'order-ping-pong';
const BESIDE = 'order-overdue';
const RULES = loadPack().filter(({ id }) => id === SLOW || id === BESIDE);
/** In place of ten minutes; what a rule takes of one batch is some milliseconds. */
const MAX_OWN_MS = 1_000;
const noticeSchema = z.object({ subject_id: z.string(), body: z.string() });

let databases: Databases;
let writer: TestWriter;
let restore: () => void = () => {};
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  await haveAdministrator(databases.pool);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));
afterEach(() => restore());

function dispatched(orderId: string) {
  return ['U1', 'U2', 'U3'].map((unitId, n) =>
    record('hotline.order-event', `${orderId}-${n}`, 1, START_MS + n, { orderId, unitId, action: 'dispatched' }),
  );
}

/** The same answers, each after a while of work. */
function burnTime(ms: number): () => void {
  return alterRunningDistinct((before) => (list) => {
    for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
    return before(list);
  });
}

async function found(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, { limit: 100 });
  return items.map(({ ruleId, scope }) => `${ruleId} ${scope}`).toSorted();
}

test('a rule that burns time in the process is set aside; tried again by itself, it is filled with what it missed', async () => {
  restore = burnTime(MAX_OWN_MS + 100);
  const started = await startWithRules(databases, RULES, NOW_MS, { maxOwnMsPerHour: MAX_OWN_MS });
  const { pipeline, setAside, rules, runs, clock, round, drift } = started;
  const batch = await writer.write(dispatched('a'));
  await expect(pipeline.landed(batch)).rejects.toBeInstanceOf(RuleSetAsideError);
  await pipeline.landed(batch);
  expect(rules.ruleIds()).toEqual([BESIDE]);
  expect([...(await setAside.open()).values()]).toMatchObject([
    { ruleId: SLOW, trouble: 'busy', detail: 'OWN_TIME_EXCEEDED', attempt: 1, retryAtMs: NOW_MS + (RETRY_AFTER_MS[0] ?? 0) },
  ]);
  expect(await found()).toEqual([`${BESIDE} a`]);
  await runs.flush();
  expect((await new RuleRunQueries(databases.pool).last(SLOW)).filter(({ errors }) => errors > 0)).toMatchObject([
    { kind: 'live', errors: 1, lastError: 'OWN_TIME_EXCEEDED' },
  ]);
  const notices = await rows(
    databases.pool,
    noticeSchema,
    `SELECT subject_id, body FROM notice_delivery WHERE subject_kind = 'rule'`,
  );
  expect(notices).toMatchObject([{ subject_id: SLOW, body: expect.stringMatching(/处理时间超过上限.*其他规则照常.*自动重试/) }]);

  // It was slow by the machine's trouble, say; what lands meanwhile it misses.
  restore();
  await pipeline.landed(await writer.write(dispatched('b')));
  expect(await found()).toEqual([`${BESIDE} a`, `${BESIDE} b`]);
  expect(await setAside.takeUpDue()).toEqual([]);
  clock.advanceBy(RETRY_AFTER_MS[0] ?? 0);
  expect(await setAside.takeUpDue()).toEqual([SLOW]);
  await round();
  expect(await setAside.open()).toEqual(new Map());
  expect(await setAside.of(SLOW)).toMatchObject([{ endedBy: null, endedAtMs: clock.nowMs(), filledAtMs: expect.any(Number) }]);
  expect(await found()).toEqual([`${BESIDE} a`, `${BESIDE} b`, `${SLOW} a`, `${SLOW} b`]);
  await pipeline.landed(await writer.write(dispatched('c')));
  expect(await found()).toContain(`${SLOW} c`);
  expect(await drift()).toBe(0);
});

test('what a rule may take is counted by the hour, and anew when it was too much', () => {
  const clock = new ManualClock(NOW_MS);
  const ownTime = new OwnTime(clock, 100);
  expect([ownTime.isSpent('a', 60), ownTime.isSpent('b', 60), ownTime.isSpent('a', 40)]).toEqual([false, false, false]);
  expect([ownTime.isSpent('a', 1), ownTime.isSpent('a', 99)]).toEqual([true, false]);
  clock.advanceBy(HOUR_MS);
  expect(ownTime.isSpent('b', 60)).toBe(false);
});
