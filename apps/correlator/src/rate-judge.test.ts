import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingQueries, RuleSetAsideError, SweepQueries } from '@tianyan/findings';
import { DAY_MS, MINUTE_MS } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { loadPack, parseRule, type RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + DAY_MS;
const EVERY_MS = 10 * MINUTE_MS;

/** An order that is returned more often than the average order that is returned at all: no order by itself says so. */
const OFTEN = parseRule(`
id: returned-above-average
version: 1
title: 退回次数高于平均
class: 形式主义
severity: low
basis: [{ document: 测试, demands: 测试 }]
description: 由测试写下的规则。
explanation: '退回 {times} 次'
scope: [orderId]
inputs: { returned: { type: hotline.order-event, where: { action: returned } } }
kind: sql
query: |
  WITH each AS (SELECT orderId, count() AS times, max(atMs) AS occurredAtMs, groupArray(id) AS ids FROM returned GROUP BY orderId)
  SELECT orderId, times, occurredAtMs, ids FROM each WHERE times > (SELECT avg(times) FROM each)
evidence: { returned: ids }
numbers: { times: 退回次数 }
everyMinutes: 10
examples:
  - name: 任意
    now: '2026-03-02T09:00:00+08:00'
    records: [{ type: hotline.order-event, id: x, at: '2026-03-02T09:00:00+08:00' }]
    expect: []
`);
const WRONG: RuleDefinition = parseRule(
  JSON.stringify({ ...OFTEN, id: 'wrong', query: OFTEN.kind === 'sql' ? OFTEN.query.replace('avg(times)', 'avg(tmies)') : '' }),
);
const pingPong = loadPack().filter(({ id }) => id === 'order-ping-pong');

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

const returned = (order: string, times: number) =>
  Array.from({ length: times }, (_none, n) =>
    record('hotline.order-event', `${order}-${n}`, 1, START_MS + n, { orderId: order, unitId: 'U1', action: 'returned' }),
  );
const gone = (id: string) => record('hotline.order-event', id, 2, START_MS, null);

async function found(ruleId: string): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, { ruleIds: [ruleId] }, { limit: 100 });
  return items.map(({ scope, status }) => `${scope} ${status}`).toSorted();
}

test('is judged whole when its time has come, never by what lands, and does not count as drift meanwhile', async () => {
  await writer.write([...returned('a', 1), ...returned('b', 1)]);
  const { pipeline, rateJudge, clock, drift, rules } = await startWithRules(databases, [OFTEN, ...pingPong], NOW_MS);
  expect(rules.ruleIds()).toContain(OFTEN.id);
  expect(await found(OFTEN.id)).toEqual([]);

  await pipeline.landed(await writer.write(returned('c', 4)));
  expect(await found(OFTEN.id)).toEqual([]);
  expect(await found('order-ping-pong')).toEqual(['c open']);
  // It was swept when it was published.
  expect(await rateJudge.round()).toBe(0);
  clock.advanceTo(NOW_MS + EVERY_MS);
  expect(await rateJudge.round()).toBe(1);
  expect(await found(OFTEN.id)).toEqual(['c open']);
  expect(await rateJudge.round()).toBe(0);

  // Another order changes what this one is told, and itself is told nothing.
  await pipeline.landed(await writer.write(returned('d', 9)));
  await pipeline.landed(await writer.write([gone('c-3')]));
  clock.advanceTo(NOW_MS + 2 * EVERY_MS);
  expect(await drift()).toBe(0);
  expect(await found(OFTEN.id)).toEqual(['c withdrawn', 'd open']);
  // A sweep by hand is a judgement too.
  expect(await rateJudge.round()).toBe(0);
});

test('waits until a load of what it reads has been judged', async () => {
  const { rateJudge, clock, register, loadJudge } = await startWithRules(databases, [OFTEN], NOW_MS);
  const load = await register.begin({ kind: 'upload', source: 'county', feed: 'rows.csv', types: ['hotline.order-event'] });
  clock.advanceTo(NOW_MS + EVERY_MS);
  expect(await rateJudge.round()).toBe(0);
  await register.end(load);
  await loadJudge.round();
  await loadJudge.round();
  expect(await rateJudge.round()).toBe(1);
});

test('a query that the database refuses is set aside alone', async () => {
  // Swept by the first start, set aside by then; the second goes on without it.
  await expect(startWithRules(databases, [...pingPong, OFTEN, WRONG], NOW_MS)).rejects.toBeInstanceOf(RuleSetAsideError);
  const { round, rules, setAside } = await startWithRules(databases, [...pingPong, OFTEN, WRONG], NOW_MS);
  await round();
  expect([...(await setAside.open()).values()]).toMatchObject([
    { ruleId: WRONG.id, trouble: 'error', detail: 'UNKNOWN_IDENTIFIER' },
  ]);
  expect(rules.ruleIds()).toEqual(expect.arrayContaining([OFTEN.id, 'order-ping-pong']));
  expect(rules.ruleIds()).not.toContain(WRONG.id);
});

test('what changed nothing is forgotten after a day, and people are shown none of it among the sweeps', async () => {
  await writer.write(returned('e', 3));
  const { rateJudge, clock } = await startWithRules(databases, [OFTEN], NOW_MS);
  const kept = () =>
    rows(databases.pool, z.object({ reason: z.string() }), `SELECT reason FROM finding_sweep WHERE reason = 'at-rate'`);
  clock.advanceTo(NOW_MS + EVERY_MS);
  await rateJudge.round();
  expect(await kept()).toHaveLength(1);
  expect((await new SweepQueries(databases.pool).runs({})).items.map(({ reason }) => reason)).not.toContain('at-rate');
  await rateJudge.forget();
  expect(await kept()).toHaveLength(1);
  clock.advanceTo(NOW_MS + EVERY_MS + DAY_MS + 1);
  await rateJudge.forget();
  expect(await kept()).toHaveLength(0);
});
