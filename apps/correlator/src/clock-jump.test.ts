import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { EvaluationClock, FindingQueries, REAL_CLOCK_LIMITS } from '@tianyan/findings';
import { DAY_MS, HOUR_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const SIGNED_MS = Date.parse('2026-03-02T09:00:00+08:00');
const RULES = loadPack().filter(({ id }) => id === 'no-contact-in-time');

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const signed = (order: string) =>
  record('hotline.order-event', `${order}-1`, 1, SIGNED_MS, { orderId: order, unitId: 'U1', action: 'signed' });

async function open(order: string): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { text: order }, {});
  return items.map(({ status }) => status);
}

test('a clock 400 days ahead makes nothing due, in no process; once it is right again, work goes on', async () => {
  const { pipeline, clock, round, sweeper, rules } = await startWithRules(databases, RULES, SIGNED_MS, {
    limits: REAL_CLOCK_LIMITS,
  });
  await pipeline.landed(await writer.write([signed('j1')]));
  const wrong = await startWithRules(databases, RULES, SIGNED_MS, { limits: REAL_CLOCK_LIMITS });
  wrong.clock.advanceTo(SIGNED_MS + 400 * DAY_MS);
  const jumped = { name: 'ClockJumpError', kind: 'retriable', message: expect.stringContaining('时间向前跳了 400 天') };
  await expect(wrong.round()).rejects.toMatchObject(jumped);
  await expect(wrong.pipeline.landed(await writer.write([signed('j2')]))).rejects.toMatchObject(jumped);
  await expect(
    wrong.sweeper.run({ reason: 'manual', groups: wrong.rules.groups(), differencesAre: 'drift' }),
  ).rejects.toMatchObject(jumped);
  expect([await open('j1'), await open('j2')]).toEqual([[], []]);

  clock.advanceTo(SIGNED_MS + HOUR_MS);
  await round();
  expect(await sweeper.run({ reason: 'manual', groups: rules.groups(), differencesAre: 'expected' })).toBeDefined();
  expect(await open('j1')).toEqual([]);
});

test('after a month away an administrator accepts the time, and what has become due is due', async () => {
  const made = await startWithRules(databases, RULES, SIGNED_MS, { limits: REAL_CLOCK_LIMITS });
  await made.pipeline.landed(await writer.write([signed('k1')]));
  made.clock.advanceTo(SIGNED_MS + 40 * DAY_MS);
  await expect(made.round()).rejects.toMatchObject({ name: 'ClockJumpError' });
  await expect(made.evaluationClock.reset(made.clock.nowMs())).rejects.toMatchObject({ kind: 'refused', code: 'conflict' });
  await made.evaluationClock.accept(made.clock.nowMs());
  await made.round();
  expect(await open('k1')).toEqual(['open']);
  await expect(made.evaluationClock.accept(made.clock.nowMs())).rejects.toMatchObject({ kind: 'refused', code: 'conflict' });
});

test('a clock that had been ahead and was taken for right: set back, everything is judged again, and what was wrong is withdrawn', async () => {
  const ahead = await startWithRules(databases, RULES, SIGNED_MS + 20 * DAY_MS);
  await ahead.pipeline.landed(await writer.write([signed('l1')]));
  expect(await open('l1')).toEqual(['open']);

  const right = await startWithRules(databases, RULES, SIGNED_MS + 2 * HOUR_MS);
  // As of a process with a real clock: one with these limits would not even start.
  const clock = new EvaluationClock(databases.pool, REAL_CLOCK_LIMITS);
  expect((await clock.state(right.clock.nowMs())).trouble).toBe('behind');
  await expect(clock.advance(right.clock.nowMs())).rejects.toThrow(/机器时间比研判时钟慢/);
  await clock.reset(right.clock.nowMs());
  await right.round();
  expect(await open('l1')).toEqual(['withdrawn']);
  expect(await right.drift()).toBe(0);
});
