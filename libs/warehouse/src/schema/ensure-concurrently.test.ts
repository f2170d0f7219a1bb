import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue, Catalogue, code, type Contract, defineContract, hashOf, optional, toWire } from '@tianyan/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRemoteWarehouse } from '../clickhouse/open-remote.js';
import type { OpenWarehouse } from '../clickhouse/open-warehouse.js';
import { WarehouseFacade } from '../testing/index.js';
import { ensureTables } from './ensure-tables.js';

let directory: string;
let facade: WarehouseFacade;
let first: OpenWarehouse;
let second: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ensure-'));
  facade = await WarehouseFacade.start({ directory });
  first = await openRemoteWarehouse({ url: facade.url, readers: 1 });
  second = await openRemoteWarehouse({ url: facade.url, readers: 1 });
});
afterAll(async () => {
  for (const warehouse of [first, second]) await warehouse.close();
  await facade.close();
  await rm(directory, { recursive: true });
});

/** Stands for the lock that processes take in PostgreSQL. */
function oneByOne(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task);
    last = run.catch(() => undefined);
    return run;
  };
}

function catalogueWith(scopes: readonly (readonly string[])[]): Catalogue {
  const shape = { orderId: code({ label: '工单' }), unitId: optional(code({ label: '单位' })) };
  const type = 'test.growing';
  const common = { type, system: 'hotline', label: '会长的记录', description: '', shape } as const;
  // The scopes are given by name here.
  return new Catalogue([defineContract({ ...common, scopes: scopes as never }) as Contract]);
}

test('two processes that start at once both find the tables, and a third start changes nothing', async () => {
  await Promise.all([first, second].map((warehouse) => ensureTables(warehouse, builtInCatalogue)));
  facade.only.statements.splice(0);
  await ensureTables(first, builtInCatalogue);
  expect(facade.only.statements.filter((sql) => !/^\s*SELECT/.test(sql))).toEqual([]);
});

test('a new scope that two processes bring at once is rebuilt once, and no row is lost', async () => {
  await ensureTables(first, catalogueWith([['orderId']]));
  const lines = Array.from({ length: 2_000 }, (_, n) => {
    const fields = { orderId: `o${n}`, unitId: 'u1' };
    const value = toWire({
      id: `e${n}`,
      source: 's',
      version: 1,
      op: 'upsert',
      atMs: 1,
      receivedAtMs: 1,
      hash: hashOf('x'),
      raw: 'x',
      fields,
    });
    return `{"batch":"b","streamOffset":${n},"deleted":0,${value.slice(1)}`;
  });
  await first.insertLines('log_test_growing', lines, 'b');
  facade.only.statements.splice(0);
  const exclusively = oneByOne();
  const grown = catalogueWith([['orderId'], ['unitId']]);
  await Promise.all([first, second].map((warehouse) => exclusively(() => ensureTables(warehouse, grown))));
  expect(facade.only.statements.filter((sql) => sql.startsWith('RENAME'))).toHaveLength(1);
  for (const table of ['cur_test_growing', 'cur_test_growing_by_unitId', 'cur_test_growing_by_id'])
    expect(await first.rows({ sql: `SELECT count() AS n FROM ${table} FINAL`, params: {} })).toEqual([{ n: 2_000 }]);
});
