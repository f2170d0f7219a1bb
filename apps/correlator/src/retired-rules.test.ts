import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FindingDecisions, FindingQueries, noAlerts, type EvaluationGroup, type FindingAlerts } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { TestWriter, forgetFindings, makeCorrelator, openDatabases, type Databases } from './correlator.test-fixture.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
const NOW_MS = START_MS + 10 * DAY_MS;
/** Stays, beside the rule that goes. */
const staying: EvaluationGroup = {
  ...threeReturns,
  groupId: 'staying',
  rules: threeReturns.rules.map((rule) => ({ ...rule, id: 'staying' })),
  // A compiled group answers in the name of its own rules.
  parseRow: (row) => threeReturns.parseRow(row).map((evaluation) => ({ ...evaluation, ruleId: 'staying' })),
};
let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  await writer.write([
    ...[1, 2, 3, 99].map((n) => returned(`a${n}`, 'order-a', START_MS + n * DAY_MS)),
    ...[1, 2, 3].map((n) => returned(`b${n}`, 'order-b', START_MS + n)),
    // Only a wake-up.
    ...[1, 2, 50].map((n) => returned(`c${n}`, 'order-c', START_MS + n * DAY_MS)),
  ]);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

/** A correlator with these rules that has just started, as the module starts it. */
async function startWith(groups: readonly EvaluationGroup[], engine = 'engine') {
  const withdrawn: string[] = [];
  const alerts: FindingAlerts = {
    ...noAlerts,
    enqueueWithdrawn: async (_client, findings) => void withdrawn.push(...findings.map(({ id }) => id)),
  };
  const made = makeCorrelator(databases, groups, NOW_MS, alerts, engine);
  const { registry, retired } = made;
  const ruleIds = groups.flatMap((group) => group.rules.map((rule) => rule.id));
  const tidy = () => retired.withdraw(ruleIds, 0);
  await made.running.declare();
  await made.running.adopt(0, ruleIds);
  const ids = await registry.changed(groups.flatMap((group) => group.rules));
  const changed = groups.filter((group) => group.rules.some(({ id }) => ids.has(id)));
  await registry.activate(changed);
  await made.sweeper.run({ reason: 'changed-rules', groups: changed, differencesAre: 'expected' });
  await registry.remember(changed);
  return { ...made, tidy, withdrawn };
}

const stored = async () => {
  const queries = new FindingQueries(databases.pool);
  const details = await Promise.all(
    (await queries.list(WHOLE_COUNTY, {}, {})).items.map(({ id }) => queries.get(WHOLE_COUNTY, id)),
  );
  return details.flatMap((detail) => (detail ? [detail] : []));
};
const statuses = async () => (await stored()).map((f) => `${f.ruleId} ${f.scope} ${f.status} ${f.holds}`).toSorted();

test('what a rule that is gone had found is withdrawn with that reason, decisions stay, and drift is 0', async () => {
  const before = await startWith([threeReturns, staying]);
  const decided = (await stored()).find((f) => f.ruleId === 'three-returns' && f.scope === 'order-b');
  if (!decided) throw new Error('the rule found nothing');
  const decisions = new FindingDecisions({ pool: databases.pool, countyClock: before.clock });
  await decisions.decide(WHOLE_COUNTY, { findingId: decided.id, decision: 'promote', actor: 'li', reason: '已立线索' });

  const after = await startWith([staying]);
  expect(await after.tidy()).toEqual(['three-returns']);
  expect(await statuses()).toEqual([
    'staying order-a open true',
    'staying order-b open true',
    'three-returns order-a withdrawn false',
    'three-returns order-b promoted false',
  ]);
  const gone = (await stored()).find((f) => f.ruleId === 'three-returns' && f.scope === 'order-a');
  expect(gone).toMatchObject({ title: '三次退回', explanation: '工单 order-a 被退回 3 次。', dueAtMs: null });
  expect(gone?.history[0]).toMatchObject({
    event: 'withdrawn',
    reason: '规则已停用',
    actor: null,
    cause: { kind: 'rule-retired' },
    ruleVersion: 1,
  });
  expect(gone?.evidence).toHaveLength(3);
  expect(after.withdrawn).toEqual([gone?.id]);
  // Its wake-ups are gone, too; those of the other rule are not.
  const ruleSchema = z.object({ rule_id: z.string() });
  expect(await rows(databases.pool, ruleSchema, 'SELECT DISTINCT rule_id FROM finding_scope')).toEqual([{ rule_id: 'staying' }]);
  const sweep = { reason: 'manual', groups: [staying], differencesAre: 'drift' } as const;
  expect(await after.sweeper.run(sweep)).toMatchObject({ candidates: 0, driftFindings: 0, driftWakeUps: 0 });
  // Again changes nothing.
  expect(await after.tidy()).toEqual([]);
  expect(after.withdrawn).toHaveLength(1);
});

test('a rule that comes back opens its findings again', async () => {
  await startWith([threeReturns, staying]);
  await (await startWith([staying])).tidy();
  const again = await startWith([threeReturns, staying]);
  expect(await again.tidy()).toEqual([]);
  expect((await statuses()).filter((line) => line.startsWith('three-returns'))).toEqual([
    'three-returns order-a open true',
    'three-returns order-b open true',
  ]);
  const [finding] = (await stored()).filter((f) => f.ruleId === 'three-returns');
  expect(finding?.history.map(({ event }) => event)).toEqual(['reopened', 'withdrawn', 'opened']);
});

test('a process with the rules of yesterday leaves alone what its successor has found by a new rule', async () => {
  const yesterday = await startWith([staying]);
  await startWith([threeReturns, staying]);
  expect(await yesterday.tidy()).toEqual([]);
  expect((await statuses()).filter((line) => line.endsWith('open true'))).toHaveLength(4);
});

test('a rule that takes the place of another under its id is swept, and what it does not say is withdrawn', async () => {
  await startWith([threeReturns]);
  const replacing: EvaluationGroup = {
    ...threeReturns,
    rules: threeReturns.rules.map((rule) => ({ ...rule, version: 2, fingerprint: 'b' })),
    parseRow: (row) => threeReturns.parseRow(row).filter(({ scope }) => scope !== 'order-a'),
  };
  const after = await startWith([replacing]);
  expect(await after.tidy()).toEqual([]);
  expect(await statuses()).toEqual(['three-returns order-a withdrawn false', 'three-returns order-b open true']);
});

test('a process left over with another calendar or language stores nothing and takes no announcement; its successor does it all', async () => {
  const leftOver = await startWith([threeReturns], 'the calendar of last year');
  const successor = await startWith([threeReturns, staying]);
  const before = await statuses();
  const batch = await writer.write([1, 2, 3].map((n) => returned(`d${n}`, 'order-d', START_MS + n)));
  const message = expect.stringContaining('请让所有 correlator 使用同一版本、同一份日历后重新启动本进程');
  await expect(leftOver.pipeline.landed(batch)).rejects.toMatchObject({ kind: 'refused', message });
  await expect(leftOver.registry.activate([threeReturns])).rejects.toMatchObject({ kind: 'refused', message });
  expect([await statuses(), await leftOver.store.offsets(batch.topic)]).toEqual([before, new Map()]);

  await successor.pipeline.landed(batch);
  expect((await statuses()).filter((line) => line.includes('order-d'))).toEqual([
    'staying order-d open true',
    'three-returns order-d open true',
  ]);
});
