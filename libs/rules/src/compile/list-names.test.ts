import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from '../examples/example-tables.js';
import { compileRules, loadPack, type Evaluation, type RuleDefinition } from '../index.js';
import { ListNames } from './list-names.js';

let tables: ExampleTables;
const at = '2026-03-02T09:00:00+08:00';
beforeAll(async () => {
  tables = await ExampleTables.open();
  await tables.writeExamples([
    { type: 'hotline.order', id: 'O1', at, version: 0, orderId: 'O1', status: '办理中', townshipCode: '320921101' },
    { type: 'hotline.order', id: 'O2', at, version: 0, orderId: 'O2', status: '已签收', townshipCode: '320921102' },
  ]);
});
afterAll(() => tables.close());

function rule(
  id: string,
  orders: RuleDefinition['inputs'][string],
  exceptions: RuleDefinition['exceptions'] = [],
): RuleDefinition {
  const [given] = loadPack();
  if (!given) throw new Error('no rule is shipped');
  const { amountAtStake: _amount, ...header } = given;
  return {
    ...header,
    id,
    kind: 'match',
    of: 'orders',
    scope: ['orderId'],
    inputs: { orders },
    parameters: {},
    exceptions,
    subjects: {},
    figures: { status: 'orders.status' },
    roles: {},
    explanation: '共 {count} 条',
    examples: [],
  };
}

const ofTownship = (townshipCode: string) => ({ type: 'hotline.order', where: { townshipCode } });

async function judged(rules: readonly RuleDefinition[]): Promise<{ sql: string; answers: Evaluation[] }> {
  const [group] = compileRules(rules, builtInCatalogue);
  const [query] = group?.evaluate({ nowMs: Date.parse('2026-03-03T09:00:00+08:00'), scopes: 'all' }) ?? [];
  if (!group || !query) throw new Error('no query');
  const rows = await tables.warehouse.rows(query);
  return { sql: query.sql, answers: rows.flatMap((row) => group.parseRow(row)) };
}

/** Names of the columns that are lists of records of an input. */
const listsOf = (sql: string) => [...sql.matchAll(/bitTest\(.* AS (\w+)/g)].map(([, name = '']) => name).toSorted();
const found = (answers: readonly Evaluation[]) =>
  answers.map(({ ruleId, scope, figures }) => `${ruleId} ${scope} ${figures['status'] ?? ''}`).toSorted();

test('lists are called by the input and the field', async () => {
  const { sql, answers } = await judged([rule('a', ofTownship('320921101'))]);
  expect(listsOf(sql)).toEqual(['orders_at', 'orders_places', 'orders_status']);
  expect(found(answers)).toEqual(['a O1 办理中']);
});

test('rules in one query whose inputs are called alike have lists of their own, those of the same records one', async () => {
  const rules = [rule('a', ofTownship('320921101')), rule('b', ofTownship('320921102')), rule('c', ofTownship('320921101'))];
  const { sql, answers } = await judged(rules);
  expect(listsOf(sql)).toEqual(['b0_at', 'b0_ix', 'b0_t0', 'b1_at', 'b1_ix', 'b1_t0']);
  // Nobody reads it: names and notes would only make it longer.
  expect(sql).not.toMatch(/\/\*|⟦/);
  expect(found(answers)).toEqual(['a O1 办理中', 'b O2 已签收', 'c O1 办理中']);
});

test('where an exception leaves records out, those that count have another name', async () => {
  const exceptions = [{ reason: '文件允许', where: { townshipCode: '320921102' } }];
  const { sql, answers } = await judged([rule('a', { type: 'hotline.order' }, exceptions)]);
  expect(listsOf(sql)).toEqual(['orders_counting_at', 'orders_counting_places', 'orders_places']);
  expect(found(answers)).toEqual(['a O1 办理中']);
});

test('lists of all records are called by the fields that share them, numbers say what they stand for', async () => {
  const steps = { type: 'hotline.order-event', where: { action: 'dispatched' } };
  const both: RuleDefinition = {
    ...rule('a', ofTownship('320921101')),
    inputs: { orders: ofTownship('320921101'), steps },
  };
  const { sql, answers } = await judged([
    { ...both, subjects: { unitId: 'steps.unitId' }, figures: { status: 'orders.status' } },
  ]);
  expect(sql).toContain("CAST(status, 'Nullable(String)') AS cell_status_or_unitId");
  expect(sql).toMatch(
    /arraySlice\(tupleElement\(timeline, \d+ \/\* cell_status_or_unitId \*\/\), 1, existing\) AS all_status_or_unitId/,
  );
  expect(sql).toContain('toUInt8(0 /* orders */)');
  expect(sql).toMatch(/if\(.*, 1 \/\* orders \*\/, 0\)\) AS marks/);
  expect(found(answers)).toEqual(['a O1 办理中']);
});

test('a list has a name that nothing else in the query has', () => {
  const lists = new ListNames(true);
  const [first, second, third] = [
    lists.mark('b0_t0', () => 'lease_name'),
    lists.mark('b1_t0', () => 'lease_name'),
    lists.mark('b0_t1', () => 'lease_i'),
  ];
  expect(lists.mark('b0_t0', () => 'another')).toBe(first);
  const sql = `SELECT lease_name, ${first}[1], ${second}[2], ${third}[3]`;
  expect(lists.settle(sql)).toBe('SELECT lease_name, lease_name_[1], lease_name__[2], lease_i_[3]');
});

test('a name that nobody wished for is an error', () => {
  expect(() => new ListNames(true).settle('SELECT ⟦b0_t0⟧')).toThrow(TypeError);
});
