import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { code, type Contract, defineContract, hashOf, optional, toWire } from '@tianyan/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { openEmbeddedWarehouse } from '../clickhouse/open-embedded.js';
import type { OpenWarehouse } from '../clickhouse/open-warehouse.js';
import { ensureTablesOf } from './ensure-tables.js';

let directory: string;
let warehouse: OpenWarehouse;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schema-'));
  warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
});
afterEach(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true });
});

function contractWith(more: z.ZodRawShape, scopes: readonly (readonly string[])[]): Contract {
  const shape = { orderId: code({ label: '工单' }), unitId: optional(code({ label: '单位' })), ...more };
  // The scopes are given by name here.
  return defineContract({
    type: 'test.growing',
    system: 'hotline',
    label: '会长的记录',
    description: '',
    shape,
    scopes: scopes as never,
  }) as Contract;
}

async function insert(id: string, fields: Record<string, string>, offset: number): Promise<void> {
  const hash = hashOf(id);
  const value = toWire({ id, source: 's', version: 1, op: 'upsert', atMs: 1, receivedAtMs: 1, hash, raw: id, fields });
  await warehouse.insertLines(
    'log_test_growing',
    [`{"batch":"b","streamOffset":${offset},"deleted":0,${value.slice(1)}`],
    `b${offset}`,
  );
}

test('a new optional field and a new scope reach every table, with the rows that were there', async () => {
  await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
  await insert('before', { orderId: 'o1', unitId: 'u1' }, 1);
  const grown = contractWith({ matter: optional(code({ label: '事项' })) }, [['orderId'], ['unitId']]);
  await ensureTablesOf(warehouse, grown);
  await ensureTablesOf(warehouse, grown);
  await insert('after', { orderId: 'o1', unitId: 'u1', matter: 'road' }, 2);
  for (const table of ['cur_test_growing', 'cur_test_growing_by_unitId', 'cur_test_growing_by_id'])
    expect(await warehouse.rows({ sql: `SELECT id, unitId, matter FROM ${table} FINAL ORDER BY id`, params: {} })).toEqual([
      { id: 'after', unitId: 'u1', matter: 'road' },
      { id: 'before', unitId: 'u1', matter: null },
    ]);
});

test('what stored rows cannot follow is refused', async () => {
  await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
  await expect(ensureTablesOf(warehouse, contractWith({ matter: code({ label: '事项' }) }, [['orderId']]))).rejects.toThrow(
    /optional/,
  );
  await expect(ensureTablesOf(warehouse, contractWith({}, [['unitId']]))).rejects.toThrow(/sort key/);
});
