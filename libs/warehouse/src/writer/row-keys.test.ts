import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { rowKeys } from './row-keys.js';

const contract = builtInCatalogue.get('hotline.order-event');
const line = (fields: object) =>
  JSON.stringify({ atMs: Date.parse('2026-03-02T23:59:59+08:00'), batch: 'b', deleted: 0, id: 'x', op: 'upsert', ...fields });

test('names the codes of the rows under each name of the batch, each combination once', () => {
  const lines = [
    line({ orderId: 'o1', unitId: 'u1', action: 'returned', note: '退回' }),
    line({ orderId: 'o1', unitId: 'u1', action: 'returned', note: '又退回' }),
    line({ batch: 'load/1/b', orderId: 'o2', unitId: null, action: 'returned' }),
  ];
  const named = rowKeys(contract, lines);
  expect([...(named ?? [])].map(([name, rows]) => [name, rows.map(({ orderId, unitId }) => [orderId, unitId])])).toEqual([
    ['b', [['o1', 'u1']]],
    ['load/1/b', [['o2', undefined]]],
  ]);
  expect(JSON.stringify([...(named ?? [])])).not.toContain('退回');
  expect(named?.get('b')?.[0]?.['atDay']).toBe('2026-03-02');
});

test('a delete names what its row holds where a column cannot be empty', () => {
  expect(rowKeys(contract, [line({ op: 'delete' })])?.get('b')?.[0]).toMatchObject({
    orderId: '',
  });
});

test('of a large batch nothing is named', () => {
  const lines = Array.from({ length: 301 }, (_none, i) => line({ orderId: `o${i}` }));
  expect(rowKeys(contract, lines)).toBeNull();
  expect(rowKeys(contract, lines.slice(1))?.get('b')).toHaveLength(300);
});
