import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { HttpProblem } from '../http/problem.js';
import { FailingWarehouse } from '../testing/failing-warehouse.js';
import { HiddenOrders } from './hidden-orders.js';

const tooSlow = () => new FailingWarehouse(Object.assign(new Error('too slow'), { type: 'TIMEOUT_EXCEEDED' }));

test('orders of all places that cannot be read in time are not known; those of one place are told in words', async () => {
  const warehouse = tooSlow();
  const hidden = new HiddenOrders(warehouse, builtInCatalogue);
  expect(await hidden.anywhere('village')).toBeNull();
  await expect(hidden.at('village', ['320921100001'])).rejects.toBeInstanceOf(HttpProblem);
  // A page is waited for by somebody; figures of all places are read once for everybody.
  expect(warehouse.asked.map(({ sql }) => /max_execution_time = (\d+)/.exec(sql)?.[1])).toEqual(['15', '3']);
});

test('any other failure stays what it is', async () => {
  const failure = new Error('gone');
  const hidden = new HiddenOrders(new FailingWarehouse(failure), builtInCatalogue);
  await expect(hidden.anywhere('village')).rejects.toBe(failure);
});
