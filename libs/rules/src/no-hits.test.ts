import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from './examples/example-tables.js';
import {
  CURRENT_RECORDS,
  inputTraceQuery,
  loadPack,
  nearnessOf,
  neededInputs,
  parseRule,
  whyNothing,
  type CountedAmong,
  type ExampleRecord,
  type InputTrace,
  type RuleDefinition,
} from './index.js';

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

const ALL: CountedAmong = { records: CURRENT_RECORDS, townshipCodes: null, problemClasses: null };
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

async function why(
  rule: RuleDefinition,
  { among = ALL, period = null }: { among?: CountedAmong; period?: { fromMs: number; beforeMs: number } | null } = {},
): Promise<string | null> {
  const traces = new Map<string, InputTrace>();
  for (const name of Object.keys(rule.inputs)) {
    const asked = inputTraceQuery(rule, name, { catalogue: builtInCatalogue, among, period });
    if (!asked) continue;
    const [row] = await tables.warehouse.rows(asked.query);
    traces.set(name, asked.read(row));
  }
  const needed = neededInputs(rule, builtInCatalogue);
  return whyNothing(rule, builtInCatalogue, {
    needed,
    traces,
    isOfPeriod: period !== null,
    isWholeCounty: among.townshipCodes === null,
  });
}

/** Steps of an order, three of a kind. */
function rule(step: string, more = '', scope = 'orderId'): RuleDefinition {
  return parseRule(`
id: own-rule
version: 1
title: 退回三次
class: 不担当不作为
severity: low
basis: [{ document: 办法, demands: 不得推诿 }]
description: 退回三次以上。
scope: [${scope}]
inputs:
  step: ${step}
  ${more}
kind: count
any: [{ of: step, measure: records, atLeast: 3 }]
explanation: 退回 {count} 次。
examples: [{ name: 没有, now: '2026-06-01T09:00:00+08:00', records: [{ type: hotline.order, id: e1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }]
`);
}
const where = (conditions: string, link = '') => `{ type: hotline.order-event, where: ${conditions}${link} }`;
const event = (id: string, fields: Readonly<Record<string, string>>): ExampleRecord => ({
  type: 'hotline.order-event',
  id,
  at: '2026-03-02T09:00:00+08:00',
  version: 0,
  orderId: 'A1',
  ...fields,
});

test('first, that there is no record of the type', async () => {
  expect(await why(rule(where('{ action: returned }')))).toBe('还没有一条“工单流转记录”：这类记录没有接入，或者还没有载入。');
});

test('then, that there is none in the period that is asked about', async () => {
  await tables.writeExamples([
    event('e1', { action: 'signed', unitId: 'U7' }),
    event('e2', { action: 'signed' }),
    event('e3', { action: 'signed' }),
    event('e4', { action: 'completed' }),
  ]);
  const period = { fromMs: at('2026-04-01'), beforeMs: at('2026-05-01') };
  expect(await why(rule(where('{ action: signed }')), { period })).toBe('所选日期里没有一条“工单流转记录”（所有日期共 4 条）。');
  expect(await why(rule(where('{ action: signed }')), { period: { ...period, fromMs: at('2026-03-01') } })).toBeNull();
});

test('then, which condition no record passes, or that none passes all of them', async () => {
  expect(await why(rule(where('{ action: returned, unitId: U7 }')))).toBe('4 条“工单流转记录”里，没有一条环节为退回。');
  expect(await why(rule(where('{ action: completed, unitId: U7 }')))).toMatch(
    /^4 条“工单流转记录”里，每个条件单独看都有记录满足，合在一起（环节为.*U7）一条也没有。$/,
  );
  expect(await why(rule(where('[{ action: returned }, { unitId: U9 }]')))).toMatch(
    /^4 条“工单流转记录”里，没有一条满足条件（环节为退回；或 .*U9）。$/,
  );
});

test('then, in how many of those that pass the field is empty by which they find their scope', async () => {
  expect(await why(rule(where('{ action: signed }'), '', 'unitId'))).toMatch(
    /^符合条件的 3 条“工单流转记录”里，67% 的“.*单位.*”为空，对不上判断对象。$/,
  );
  expect(await why(rule(where('{ action: completed }'), '', 'unitId'))).toMatch(/全部的“.*”为空/);
});

test('then, that nothing is linked', async () => {
  await tables.writeExamples([{ type: 'hotline.order', id: 'B1', at: '2026-03-02T09:00:00+08:00', version: 0, orderId: 'B1' }]);
  const linked = rule(
    where('{ action: signed }', ', link: { to: order, on: [{ orderId: orderId }] }'),
    'order: { type: hotline.order }',
  );
  expect(await why(linked)).toMatch(/^符合条件的 3 条“工单流转记录”，没有一条对得上：要与“.*”的.*相同。$/);
  await tables.writeExamples([{ type: 'hotline.order', id: 'A1', at: '2026-03-02T09:00:00+08:00', version: 0, orderId: 'A1' }]);
  expect(await why(linked)).toBeNull();
});

test('of records that nobody can place nothing is said to whoever sees some townships', async () => {
  expect(await why(rule(where('{ action: returned }')), { among: { ...ALL, townshipCodes: ['T1'] } })).toBeNull();
});

test('what is missed when it is not there is needed by nobody', () => {
  const needs = (id: string) => {
    const found = loadPack().find((one) => one.id === id);
    return found && neededInputs(found, builtInCatalogue);
  };
  expect(needs('order-ping-pong')).toEqual([['returned', 'assigned']]);
  for (const shipped of loadPack()) {
    const needed = neededInputs(shipped, builtInCatalogue);
    expect(needed.flat().every((name) => shipped.inputs[name] !== undefined)).toBe(true);
    expect(needed.length).toBeGreaterThan(0);
  }
});

test('a way that counts says what is counted, and with which unit; within a window its figures do not say how far it came', () => {
  const pingPong = loadPack().find(({ id }) => id === 'order-ping-pong');
  const ways = pingPong ? nearnessOf(pingPong, builtInCatalogue) : [];
  expect(ways.map(({ about, threshold, figure, quantity }) => [about, quantity(threshold), figure])).toEqual([
    ['“退回”', '3 次', 'count'],
    [expect.stringMatching(/^“派单或改派”涉及的.*单位/), '3 个', 'distinct'],
  ]);
  expect(ways[1]?.at(1)).toMatchObject({ any: [{ of: 'assigned', measure: 'distinct', atLeast: 1 }] });
  const within = rule(where('{ action: signed }'));
  const [clause] = within.kind === 'count' ? within.any : [];
  const windowed = { ...within, any: [{ ...clause, within: { days: 30 } }] } as RuleDefinition; // the clause of this very rule, with a window
  expect(nearnessOf(windowed, builtInCatalogue)).toMatchObject([{ about: '30 天内，“工单流转记录”', figure: null }]);
});
