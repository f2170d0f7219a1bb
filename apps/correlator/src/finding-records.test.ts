import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { Exemptions, FindingDecisions, FindingQueries, findingsMigrations } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { parseRule, type RuleDefinition } from '@tianyan/rules';
import { readFileSync } from 'node:fs';
import { readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import { forgetFindings, openDatabases, record, TestWriter, type Databases } from './correlator.test-fixture.js';
import { publishReviewed, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const ACTIONS = ['returned', 'paused', 'completion-rejected'] as const;

const rule = (id: string, written: string): RuleDefinition =>
  parseRule(`
id: ${id}
version: 1
title: 测试规则
class: 形式主义
severity: medium
basis: [{ document: 测试依据, demands: 测试要求 }]
description: 供测试的规则。
explanation: 供测试的规则。
${written}
examples:
  - { name: 没有, now: '2026-03-20T09:00:00+08:00', records: [{ type: hotline.order-event, id: e1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }
`);

/** One finding for each order with such a step, about the unit of the step. */
const sign = (action: string) =>
  rule(
    `sign-${action}`,
    `scope: [orderId]
inputs: { step: { type: hotline.order-event, where: { action: ${action} } } }
kind: match
of: step
subjects: { unitId: step.unitId }`,
  );

const together = rule(
  'many-signs',
  `scope: [unitId]
inputs: { sign: { type: platform.finding } }
kind: score
of: sign
weights: { others: 2 }
threshold: 6
atLeastRules: 3`,
);
const RULES = [...ACTIONS.map(sign), together];

const step = (action: string, version: number, as = action) =>
  record('hotline.order-event', `e-${action}`, version, START_MS, { orderId: `x-${action}`, unitId: 'U1', action: as });

let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases.close());
beforeEach(async () => {
  await forgetFindings(databases);
  await databases.pool.query('TRUNCATE finding_exemption');
  for (const type of ['hotline_order_event', 'platform_finding'])
    for (const { name } of await readRows(databases.warehouse, z.object({ name: z.string() }), {
      sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name LIKE {like:String}`,
      params: { like: `%\\_${type}%` },
    }))
      await databases.warehouse.execute({ sql: `TRUNCATE TABLE ${name}`, params: {} });
  writer = new TestWriter(databases.warehouse);
});

/** A county in which each rule has found one thing about the unit, all told. */
async function started(rules = RULES) {
  const correlator = await startWithRules(databases, rules, NOW_MS);
  const { pipeline, records, published } = correlator;
  /** As the loop of the module does it; then the records land. */
  const tell = async () => {
    while ((await records.publish()) > 0);
    const told = published.take();
    if (told.length > 0) await pipeline.landed(await writer.write(told));
    return told;
  };
  const land = async (...steps: ReturnType<typeof step>[]) => {
    await pipeline.landed(await writer.write(steps));
    return tell();
  };
  await land(...ACTIONS.map((action) => step(action, 1)));
  return { ...correlator, tell, land };
}

const queries = () => new FindingQueries(databases.pool);

async function statusOf(ruleId: string) {
  const { items } = await queries().list(WHOLE_COUNTY, { ruleIds: [ruleId] }, {});
  return items.map(({ id, scope, status }) => ({ id, scope, status }));
}

async function openOnes(): Promise<string[]> {
  return (await statusOf('many-signs')).filter(({ status }) => status === 'open').map(({ scope }) => scope);
}

async function idOf(ruleId: string): Promise<string> {
  const [found] = await statusOf(ruleId);
  return found?.id ?? '';
}

test('three rules about one unit make a finding of a fourth, which is no record itself', async () => {
  const { tell, drift } = await started();
  expect(await openOnes()).toEqual(['U1']);
  const detail = await queries().get(WHOLE_COUNTY, await idOf('many-signs'));
  expect(detail?.figures).toMatchObject({ score: 6, rules: 3, count: 3 });
  expect(detail?.evidence.map(({ type, id }) => `${type} ${id}`).toSorted()).toEqual(
    (await Promise.all(ACTIONS.map(async (action) => `platform.finding ${await idOf(`sign-${action}`)}`))).toSorted(),
  );
  expect(await tell()).toEqual([]);
  expect(await drift()).toBe(0);
});

test('a record says who, where and how severe, and nothing else', async () => {
  const { pipeline, records, published } = await startWithRules(databases, RULES, NOW_MS);
  await pipeline.landed(await writer.write([step('returned', 1)]));
  await records.publish();
  const [told, ...more] = published.take();
  expect(more).toEqual([]);
  expect(told?.record).toMatchObject({ id: await idOf('sign-returned'), op: 'upsert', source: 'tianyan', atMs: START_MS });
  const said = Object.entries(told?.record.fields ?? {}).filter(([, value]) => value !== null);
  expect(Object.fromEntries(said)).toEqual({
    ruleId: 'sign-returned',
    severity: 'medium',
    problemClass: '形式主义',
    unitId: 'U1',
    orderId: 'x-returned',
  });
});

test('what the data withdraw counts no more; what they support again counts again', async () => {
  const { land, drift } = await started();
  await land(step('paused', 2, 'resumed'));
  expect(await statusOf('many-signs')).toMatchObject([{ scope: 'U1', status: 'withdrawn' }]);
  await land(step('paused', 3));
  expect(await openOnes()).toEqual(['U1']);
  expect(await drift()).toBe(0);
});

test('what a person dismisses counts no more, until the decision is taken back; what is confirmed counts', async () => {
  const { tell, drift, clock } = await started();
  const decisions = new FindingDecisions({ pool: databases.pool, countyClock: clock });
  const decided = { findingId: await idOf('sign-paused'), actor: 'li', reason: '已核实' };
  await decisions.decide(WHOLE_COUNTY, { ...decided, decision: 'dismiss', dismissal: 'unfounded' });
  await tell();
  expect(await openOnes()).toEqual([]);
  await decisions.decide(WHOLE_COUNTY, { ...decided, decision: 'reopen' });
  await tell();
  expect(await openOnes()).toEqual(['U1']);
  await decisions.decide(WHOLE_COUNTY, { ...decided, decision: 'promote' });
  expect(await tell()).toEqual([]);
  expect(await openOnes()).toEqual(['U1']);
  expect(await drift()).toBe(0);
});

test('what is set aside counts no more, until that is over by itself', async () => {
  const { tell, drift, clock, evaluationClock } = await started();
  const exemptions = new Exemptions({ pool: databases.pool, countyClock: clock });
  const asked = { findingId: await idOf('sign-paused'), subjectKind: 'unitId', reason: '补录中', document: null, actor: 'li' };
  await exemptions.add(WHOLE_COUNTY, { ...asked, kind: 'snooze', expiresAtMs: NOW_MS + DAY_MS });
  await tell();
  expect(await openOnes()).toEqual([]);
  clock.advanceBy(2 * DAY_MS);
  await evaluationClock.advance(clock.nowMs());
  await tell();
  expect(await openOnes()).toEqual(['U1']);
  expect(await drift()).toBe(0);
});

test('a process that dies after it has published publishes the same once more, which changes nothing', async () => {
  const { pipeline, records, published } = await startWithRules(databases, RULES, NOW_MS);
  await pipeline.landed(await writer.write(ACTIONS.map((action) => step(action, 1))));
  published.afterwards = () => {
    throw new Error('killed');
  };
  await expect(records.publish()).rejects.toThrow('killed');
  const once = published.take();
  expect(once).toHaveLength(3);
  await pipeline.landed(await writer.write(once));
  expect(await openOnes()).toEqual(['U1']);

  // Another process goes on with what PostgreSQL holds.
  const other = await startWithRules(databases, RULES, NOW_MS);
  await other.records.publish();
  const again = other.published.take();
  expect(again).toEqual(once);
  await other.pipeline.landed(await writer.write(again));
  expect((await queries().get(WHOLE_COUNTY, await idOf('many-signs')))?.history).toHaveLength(1);
  expect(await other.records.publish()).toBe(0);
});

test('what a rule in shadow finds is no record', async () => {
  const { land, round } = await started([together]);
  await publishReviewed(databases.pool, sign('returned'), 'shadow');
  await round();
  expect(await land(step('returned', 2))).toEqual([]);
  const { rows } = await databases.pool.query('SELECT rule_id, holds FROM finding');
  expect(rows).toEqual([{ rule_id: 'sign-returned@shadow', holds: true }]);
});

test('over findings of before, all that stands is published at the first start', async () => {
  await started(RULES.slice(0, 3));
  const { clock } = await started(RULES.slice(0, 3));
  const decisions = new FindingDecisions({ pool: databases.pool, countyClock: clock });
  const dismissed = await idOf('sign-paused');
  await decisions.decide(WHOLE_COUNTY, {
    findingId: dismissed,
    actor: 'li',
    reason: '无',
    decision: 'dismiss',
    dismissal: 'unfounded',
  });
  const migration = readFileSync(new URL('090_finding_records.sql', findingsMigrations.directory), 'utf8');
  await databases.pool.query(`DROP TABLE finding_record; DROP SEQUENCE finding_record_version; ${migration.split('-- Down')[0]}`);
  const { records, published } = await startWithRules(databases, RULES, NOW_MS);
  await records.publish();
  const told = published.take().map(({ record: { id } }) => id);
  expect(told.toSorted()).toEqual([await idOf('sign-returned'), await idOf('sign-completion-rejected')].toSorted());
  // Taken back, it is published, too.
  await decisions.decide(WHOLE_COUNTY, { findingId: dismissed, actor: 'li', reason: '再核', decision: 'reopen' });
  await records.publish();
  expect(published.take()).toMatchObject([{ record: { id: dismissed, op: 'upsert' } }]);
});
