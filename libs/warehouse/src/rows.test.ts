import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openEmbeddedWarehouse, readRows, type OpenWarehouse } from './index.js';

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-rows-'));
  warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true });
});

const thing = z.object({ id: z.string(), n: z.number() });

test('proved rows come out, and what the schema does not name is left out', async () => {
  const sql = "SELECT concat('e', toString(number)) AS id, toInt64(number) AS n, 1 AS more FROM numbers({count:UInt64})";
  expect(await readRows(warehouse, thing, { sql, params: { count: 2 } })).toEqual([
    { id: 'e0', n: 0 },
    { id: 'e1', n: 1 },
  ]);
});

test('one that does not fit is an error that names column and query, never the value', async () => {
  const failure: unknown = await readRows(warehouse, thing, {
    sql: "SELECT 'e1' AS id,\n  {n:String} AS n",
    params: { n: '13800000000' },
  }).catch((error: unknown) => error);
  expect(String(failure)).toMatch(/column "n": .*SELECT 'e1' AS id, \{n:String\} AS n/);
  expect(String(failure)).not.toContain('13800000000');
});

test('what the warehouse throws is thrown on', async () => {
  await expect(readRows(warehouse, thing, { sql: 'SELECT id FROM no_such_table', params: {} })).rejects.toThrow('no_such_table');
});
