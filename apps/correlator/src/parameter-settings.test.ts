import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { FindingQueries, ParameterSettings } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack, type ParameterSetting } from '@tianyan/rules';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
const RULES = loadPack().filter(({ id }) => ['order-ping-pong', 'completion-rejected-twice'].includes(id));
const BASIS = { document: '响水县〔2026〕1号', demands: '两次退回即应督办' };

let databases: Databases;
let writer: TestWriter;
let parameters: ParameterSettings;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  parameters = new ParameterSettings(databases.pool, { nowMs: () => NOW_MS });
});
afterAll(() => databases.close());
beforeEach(async () => {
  await forgetFindings(databases);
  await databases.pool.query('TRUNCATE finding_parameter_change');
});

const returns = (order: string, times: number) =>
  Array.from({ length: times }, (_none, n) =>
    record('hotline.order-event', `${order}-${n}`, 1, START_MS + n, { orderId: order, unitId: 'U1', action: 'returned' }),
  );

async function save(settings: readonly ParameterSetting[], before: string | null = null) {
  await parameters.save({ ruleId: 'order-ping-pong', settings, before, actor: 'wang.gang', reason: '按县里的要求' });
  return (await parameters.standing()).get('order-ping-pong')?.digest ?? null;
}
const minReturns = (value: number): ParameterSetting => ({ parameter: 'minReturns', value, ...BASIS });

async function statuses(of: string): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, {});
  return items
    .filter(({ scope }) => scope.startsWith(of))
    .map(({ scope, status }) => `${scope} ${status}`)
    .toSorted();
}
async function detailOf(scope: string) {
  const queries = new FindingQueries(databases.pool);
  const { items } = await queries.list(WHOLE_COUNTY, { text: scope }, {});
  return queries.get(WHOLE_COUNTY, items[0]?.id ?? '');
}

test('a value that is set is judged by: old and new records, live and swept alike; taken back, all is as before', async () => {
  const { pipeline, round, drift, rules } = await startWithRules(databases, RULES, NOW_MS);
  await pipeline.landed(await writer.write([...returns('a2', 2), ...returns('a3', 3)]));
  expect(await statuses('a')).toEqual(['a3 open']);
  const epoch = rules.epoch();

  const digest = await save([minReturns(2)]);
  await round();
  expect(rules.epoch()).toBe(epoch + 1);
  expect(await statuses('a')).toEqual(['a2 open', 'a3 open']);
  await pipeline.landed(await writer.write([...returns('a4', 2), ...returns('a5', 1)]));
  expect(await statuses('a')).toEqual(['a2 open', 'a3 open', 'a4 open']);
  expect(await drift()).toBe(0);
  expect(await detailOf('a2')).toMatchObject({ ruleOverlay: digest });

  await save([], digest);
  await round();
  expect(await statuses('a')).toEqual(['a2 withdrawn', 'a3 open', 'a4 withdrawn']);
  expect((await detailOf('a2'))?.history[0]).toMatchObject({ event: 'withdrawn', reason: '规则参数有改动' });
  // What it was found by stays written down.
  expect(await detailOf('a2')).toMatchObject({ ruleOverlay: digest });
  expect(await parameters.version(digest)).toEqual([minReturns(2)]);
  expect(await drift()).toBe(0);
  expect(await parameters.historyOf('order-ping-pong')).toHaveLength(2);
});

test('one that has started with it judges by it', async () => {
  await save([minReturns(2)]);
  const { pipeline, drift } = await startWithRules(databases, RULES, NOW_MS);
  await pipeline.landed(await writer.write(returns('b2', 2)));
  expect(await statuses('b')).toEqual(['b2 open']);
  expect(await drift()).toBe(0);
});

test('settings that a newer text no longer has, or that it cannot be judged by, stop nothing', async () => {
  const { pipeline, round, sets } = await startWithRules(databases, RULES, NOW_MS);
  await save([{ parameter: 'gone', value: 9, ...BASIS }, minReturns(-5)]);
  await round();
  await pipeline.landed(await writer.write([...returns('c2', 2), ...returns('c3', 3)]));
  expect(await statuses('c')).toEqual(['c3 open']);
  const { rules } = await sets.newest();
  expect(rules.find(({ rule }) => rule.id === 'order-ping-pong')?.rule.parameters).not.toHaveProperty('gone');
});

test('of two people who change the same rule at once, one is told that the other was first', async () => {
  const both = await Promise.allSettled([save([minReturns(2)]), save([minReturns(4)])]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const standing = (await parameters.standing()).get('order-ping-pong');
  await expect(save([minReturns(8)], null)).rejects.toMatchObject({ code: 'conflict' });
  await expect(save(standing?.settings ?? [], standing?.digest ?? null)).rejects.toMatchObject({ code: 'invalid' });
  await expect(save([minReturns(2), minReturns(3)], standing?.digest ?? null)).rejects.toThrow(/重叠/);
});
