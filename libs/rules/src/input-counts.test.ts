import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from './examples/example-tables.js';
import { guideRules } from './testing/guide-rules.js';
import {
  asKnownAt,
  CURRENT_RECORDS,
  inputCountQuery,
  inputCoverageQueries,
  inputTraceQuery,
  loadPack,
  readsTownship,
  scopeCountQuery,
  type CountedAmong,
  type CountQuery,
  type ExampleRecord,
  type RuleDefinition,
} from './index.js';

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

async function answer<T>(asked: CountQuery<T> | null): Promise<T | null> {
  if (asked === null) return null;
  const [row] = await tables.warehouse.rows(asked.query);
  return asked.read(row);
}

const ALL: CountedAmong = { records: CURRENT_RECORDS, townshipCodes: null, problemClasses: null };
const inputsOf = (rule: RuleDefinition, among = ALL) =>
  Promise.all(
    Object.keys(rule.inputs).map((name) => answer(inputCountQuery(rule, name, { catalogue: builtInCatalogue, among }))),
  );
const scopesOf = (rule: RuleDefinition, among = ALL) => answer(scopeCountQuery(rule, { catalogue: builtInCatalogue, among }));
const shipped = (id: string): RuleDefinition => {
  const rule = loadPack().find((one) => one.id === id);
  if (!rule) throw new Error('the rule has gone');
  return rule;
};

const event = (id: string, fields: Readonly<Record<string, string>>): ExampleRecord => ({
  type: 'hotline.order-event',
  id,
  at: '2026-03-02T09:00:00+08:00',
  version: 0,
  action: 'returned',
  orderId: 'A1',
  ...fields,
});

test('says how much there is for each input, and which fields are empty', async () => {
  const rule = shipped('order-ping-pong');
  const where = [
    { action: 'returned', unitId: { not: 'U9' } },
    { action: 'rejected', unitId: { is: { field: 'note' } } },
  ];
  const of = { ...rule, inputs: { returned: { type: 'hotline.order-event', where } } };
  await tables.writeExamples([
    event('e1', { unitId: 'U1' }),
    event('e2', {}),
    event('e3', { unitId: 'U9', orderId: 'A2' }),
    event('e4', { action: 'signed', unitId: 'U1', orderId: 'A3' }),
  ]);
  const counts = await inputsOf(of);
  const fields = [
    { field: 'action', empty: 0 },
    { field: 'unitId', empty: 1 },
    { field: 'note', empty: 4 },
    { field: 'orderId', empty: 0 },
  ];
  expect(counts).toEqual([{ input: 'returned', type: 'hotline.order-event', records: 4, passing: 2, fields }]);
  // e1 and e2 are of one order, e3 of another; the step `signed` makes no scope.
  expect(await scopesOf(rule)).toBe(2);
});

test('of some townships their records alone are counted, and none of a type that names no township', async () => {
  const order = (id: string, townshipCode: string | null): ExampleRecord => ({
    type: 'hotline.order',
    id,
    at: '2026-03-02T09:00:00+08:00',
    version: 0,
    orderId: id,
    title: '路灯不亮',
    category: 'complaint',
    confidential: false,
    ...(townshipCode === null ? {} : { townshipCode }),
  });
  await tables.writeExamples([order('B1', 'T1'), order('B2', 'T2'), order('B3', 'T2'), order('B4', null)]);
  const rule = shipped('order-ping-pong');
  const of = { ...rule, inputs: { ...rule.inputs, order: { type: 'hotline.order', where: { category: 'complaint' } } } };
  const among = { ...ALL, townshipCodes: ['T2'] };
  const [events, , orders] = await inputsOf(of, among);
  expect(events).toBeNull();
  expect(orders).toMatchObject({ input: 'order', records: 2, passing: 2 });
  expect([await scopesOf(of, among), await scopesOf({ ...of, inputs: { order: of.inputs.order } }, among)]).toEqual([null, 2]);
  expect((await inputsOf(of))[2]).toMatchObject({ records: 4, passing: 4 });
});

test('as it was known at an instant, what came later is not counted', async () => {
  const rule = shipped('order-ping-pong');
  const known = { ...ALL, records: asKnownAt(0) };
  expect([(await inputsOf(rule, known))[0], await scopesOf(rule, known)]).toMatchObject([{ records: 0, passing: 0 }, 0]);
});

test('a township that a text makes of another field, or by a query of its own, is none', () => {
  const townships = (rule: RuleDefinition) => readsTownship(rule, builtInCatalogue);
  const rule = shipped('order-ping-pong');
  const order = { type: 'hotline.order' };
  const of = (subject: string) => ({ ...rule, inputs: { order }, subjects: { townshipCode: subject } });
  expect(
    [of('order.townshipCode'), of('order.villageCode'), of('none.townshipCode'), { ...rule, subjects: {} }].map(townships),
  ).toEqual([true, false, false, false]);
  const scoped = (scope: object) => ({
    ...rule,
    subjects: {},
    scope: ['townshipCode'],
    inputs: { order: { ...order, ...scope } },
  });
  expect([scoped({}), scoped({ scope: { townshipCode: 'villageCode' } })].map(townships)).toEqual([true, false]);
  const query = { ...scoped({}), kind: 'sql' } as RuleDefinition; // its query may say anything; what else it has is not asked
  expect(townships(query)).toBe(false);
});

test('conditions in working days can be asked of the tables, too', async () => {
  const rule = guideRules().find(({ id }) => id === 'notice-in-working-days');
  if (!rule) throw new Error('the rule has gone');
  await tables.writeExamples(rule.examples[0]?.records ?? []);
  const [counted] = await inputsOf(rule);
  const traced = await answer(inputTraceQuery(rule, 'contract', { catalogue: builtInCatalogue, among: ALL, period: null }));
  expect([counted, traced, await scopesOf(rule)]).toMatchObject([{ passing: 1 }, { passing: 1 }, 1]);
  const [coverage] = inputCoverageQueries(rule, builtInCatalogue);
  const cells = coverage ? coverage.read(await tables.warehouse.rows(coverage.query)).cells : [];
  expect(cells.map(({ records, judged }) => [records, judged])).toEqual([[1, 1]]);
});

test.each(loadPack().map((rule) => [rule.id, rule] as const))('every shipped rule can be asked: %s', async (_id, rule) => {
  for (const counted of await inputsOf(rule)) expect(counted).toMatchObject({ type: expect.any(String) });
  expect(await scopesOf(rule)).toBeGreaterThanOrEqual(0);
  const says = rule.subjects['townshipCode'] !== undefined || rule.scope.includes('townshipCode');
  expect(readsTownship(rule, builtInCatalogue)).toBe(says);
});
