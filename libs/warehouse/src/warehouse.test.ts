import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue, hotlineOrderEvent, hashOf, toWire, wireHeaders, type AnyRecord } from '@tianyan/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedWarehouse, type OpenWarehouse, ensureTables, TombstoneWriter } from './index.js';

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'warehouse-'));
  warehouse = await openEmbeddedWarehouse({ directory });
  await ensureTables(warehouse, builtInCatalogue);
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true });
});

test('a correction that moves a record leaves one live row', async () => {
  const record = (version: number, orderId: string): AnyRecord => {
    const raw = JSON.stringify({ version, orderId });
    return {
      id: 'e1',
      source: 's',
      version,
      op: 'upsert',
      atMs: 1_750_000_000_000,
      receivedAtMs: 1_750_000_000_000,
      hash: hashOf(raw),
      raw,
      fields: { orderId, unitId: 'u', action: 'signed' },
    };
  };
  const writer = new TombstoneWriter(warehouse, async (m, r) => {
    throw new Error(r + m.value);
  });
  for (const [i, r] of [record(1, 'o1'), record(2, 'o2')].entries())
    await writer.write(
      {
        topic: 'records.hotline.order-event',
        partition: 0,
        messages: [{ key: r.id, value: toWire(r), headers: wireHeaders(r), offset: 7 + i }],
        assertOwned: async () => {},
      },
      hotlineOrderEvent as never,
    );
  expect(
    await warehouse.rows({ sql: 'SELECT orderId, toString(ver) AS ver FROM cur_hotline_order_event FINAL', params: {} }),
  ).toEqual([{ orderId: 'o2', ver: String((2n << 64n) + 16n) }]);
  expect(
    await warehouse.rows({
      sql: 'SELECT orderId, deleted, tombstone FROM log_hotline_order_event WHERE batch = {b:String} ORDER BY orderId',
      params: { b: 'records.hotline.order-event/0/8-8' },
    }),
  ).toEqual([
    { orderId: 'o1', deleted: 1, tombstone: 1 },
    { orderId: 'o2', deleted: 0, tombstone: 0 },
  ]);
  expect(await warehouse.rows({ sql: 'SELECT orderId FROM cur_hotline_order_event_by_unitId_action FINAL', params: {} })).toEqual(
    [{ orderId: 'o2' }],
  );
  expect(await warehouse.readOnly.rows({ sql: 'SELECT count() AS n FROM log_hotline_order_event', params: {} })).toEqual([
    { n: 3 },
  ]);
});
