import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from './examples/example-tables.js';
import { inputCountQueries, loadPack, scopeCountQuery, type CountQuery, type ExampleRecord } from './index.js';

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

async function answer<T>({ query, read }: CountQuery<T>): Promise<T> {
  const [row] = await tables.warehouse.rows<unknown>(query);
  return read(row);
}

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
  const rule = loadPack().find(({ id }) => id === 'order-ping-pong');
  if (!rule) throw new Error('the rule has gone');
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
  const counts = await Promise.all(inputCountQueries(of, builtInCatalogue).map(answer));
  const fields = [
    { field: 'action', empty: 0 },
    { field: 'unitId', empty: 1 },
    { field: 'note', empty: 4 },
    { field: 'orderId', empty: 0 },
  ];
  expect(counts).toEqual([{ input: 'returned', type: 'hotline.order-event', records: 4, passing: 2, fields }]);
  // e1 and e2 are of one order, e3 of another; the step `signed` makes no scope.
  expect(await answer(scopeCountQuery(rule, builtInCatalogue))).toBe(2);
});

test.each(loadPack().map((rule) => [rule.id, rule] as const))('every shipped rule can be asked: %s', async (_id, rule) => {
  for (const query of inputCountQueries(rule, builtInCatalogue))
    expect(await answer(query)).toMatchObject({ type: expect.any(String) });
  expect(await answer(scopeCountQuery(rule, builtInCatalogue))).toBeGreaterThanOrEqual(0);
});
