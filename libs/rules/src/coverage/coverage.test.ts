import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from '../examples/example-tables.js';
import { loadPack, type ExampleRecord, type RuleDefinition } from '../index.js';
import { awaitedQueries, inputCoverageQueries, isBlind, type RowsQuery } from './coverage-queries.js';
import { fieldsOfKind } from './needed-fields.js';

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
  await tables.writeExamples(HISTORY);
});
afterAll(() => tables.close());

async function answer<T>({ query, read }: RowsQuery<T>): Promise<T> {
  return read(await tables.warehouse.rows(query));
}

function ruleOf(id: string): RuleDefinition {
  const rule = loadPack().find((one) => one.id === id);
  if (!rule) throw new Error(`the rule ${id} has gone`);
  return rule;
}

const AT = '2026-03-02T09:00:00+08:00';
let made = 0;
const recordOf = (type: string, source: string, fields: Readonly<Record<string, string | number | boolean>>): ExampleRecord => ({
  type,
  id: `r${made++}`,
  at: AT,
  version: 0,
  source,
  ...fields,
});
const step = (source: string, orderId: string, action: string) =>
  recordOf('hotline.order-event', source, { orderId, action, unitId: 'U1' });
const order = (source: string, orderId: string, fields: Readonly<Record<string, string>> = {}) =>
  recordOf('hotline.order', source, { orderId, title: '路灯', ...fields });

/** `full` tells both steps; `mute` never tells that an order is completed; `late` tells neither, but `full` tells it for its orders. */
const HISTORY: ExampleRecord[] = [
  ...['F1', 'F2', 'F3'].flatMap((id) => [step('full', id, 'dispatched'), order('full', id, { townshipCode: 'T1' })]),
  step('full', 'F1', 'completed'),
  ...['M1', 'M2'].flatMap((id) => [step('mute', id, 'dispatched'), order('mute', id)]),
  step('late', 'L1', 'dispatched'),
  step('full', 'L1', 'completed'),
  step('vague', 'V1', 'signed'),
  recordOf('hotline.order-event', 'vague', { orderId: 'V1', action: 'rated' }),
];

/** Orders of one township whose category is known. */
const OF_PLACE: RuleDefinition = {
  ...ruleOf('order-ping-pong'),
  scope: ['orderId'],
  kind: 'match',
  of: 'orders',
  inputs: { orders: { type: 'hotline.order', where: { townshipCode: 'T1' } } },
  subjects: {},
  figures: {},
} as unknown as RuleDefinition; // a rule of another kind, of the parts of one that is there

describe('what a rule can judge', () => {
  test('is counted by source and township, with the fields whose want keeps the others from being judged', async () => {
    const [orders] = await Promise.all(inputCoverageQueries(OF_PLACE, builtInCatalogue).map(answer));
    expect(orders).toEqual({
      input: 'orders',
      type: 'hotline.order',
      fields: ['townshipCode', 'orderId'],
      cells: [
        { source: 'full', townshipCode: 'T1', records: 3, judged: 3, empty: [0, 0] },
        { source: 'mute', townshipCode: null, records: 2, judged: 0, empty: [2, 0] },
      ],
    });
  });

  test('a condition that asks for the want of a field is no want', async () => {
    const asks = { ...OF_PLACE, inputs: { orders: { type: 'hotline.order', where: { townshipCode: { null: true } } } } };
    const [orders] = await Promise.all(inputCoverageQueries(asks, builtInCatalogue).map(answer));
    expect(orders?.cells).toEqual([{ source: 'mute', townshipCode: null, records: 2, judged: 2, empty: [0] }]);
  });

  test('sums and deadlines need their fields, words do not', () => {
    const rule = {
      ...OF_PLACE,
      kind: 'similar',
      of: 'orders',
      field: 'content',
      different: 'orderId',
      percent: 80,
      minLength: 20,
      atLeast: 2,
    } as unknown as RuleDefinition; // likewise
    expect(fieldsOfKind(rule, builtInCatalogue)).toEqual(new Map([['orders', new Set(['content', 'orderId'])]]));
    expect(fieldsOfKind(OF_PLACE, builtInCatalogue)).toEqual(new Map());
  });
});

describe('a rule that takes a missing step for a fault', () => {
  const waiting = async (rule: RuleDefinition) => {
    const [first] = awaitedQueries(rule, builtInCatalogue);
    if (!first) throw new Error('the rule waits for nothing');
    const [begun, told] = [await answer(first.begun), await answer(first.told)];
    return begun.map((one) => ({ ...one, told: told.get(one.source) ?? 0 }));
  };

  test('is blind by a source that never told it, and by no other', async () => {
    const sources = await waiting(ruleOf('order-overdue'));
    expect(sources).toEqual([
      { source: 'full', begun: 3, answered: 1, told: 2 },
      { source: 'mute', begun: 2, answered: 0, told: 0 },
      { source: 'late', begun: 1, answered: 1, told: 0 },
    ]);
    expect(sources.filter(isBlind).map(({ source }) => source)).toEqual(['mute']);
  });

  test('is not blind by one that tells it without the unit that the scope is of', async () => {
    const ofUnit = (action: string) => ({ type: 'hotline.order-event', where: { action } });
    const rule = {
      ...ruleOf('order-overdue'),
      scope: ['unitId'],
      inputs: { begin: ofUnit('signed'), end: ofUnit('rated') },
      any: [{ look: 'backward', of: 'begin', which: 'each', expect: ['end'] }],
      subjects: {},
      figures: {},
    } as unknown as RuleDefinition; // a rule of other parts, of one that is there
    expect(await waiting(rule)).toEqual([{ source: 'vague', begun: 1, answered: 0, told: 1 }]);
  });

  test('of sources to which the rule is not limited nothing is said', async () => {
    const limited = { ...ruleOf('order-overdue'), sources: ['late'] };
    expect((await waiting(limited)).map(({ source }) => source)).toEqual(['late']);
  });
});

test.each(loadPack().map((rule) => [rule.id, rule] as const))('every shipped rule can be asked: %s', async (_id, rule) => {
  for (const query of inputCoverageQueries(rule, builtInCatalogue)) {
    const { cells } = await answer(query);
    for (const { records, judged } of cells) expect(judged).toBeLessThanOrEqual(records);
  }
  for (const { begun, told } of awaitedQueries(rule, builtInCatalogue)) {
    await answer(begun);
    await answer(told);
  }
});
