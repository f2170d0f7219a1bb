import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { code, type Contract, defineContract, hashOf, optional, toWire } from '@tianyan/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openEmbeddedWarehouse } from '../clickhouse/open-embedded.js';
import type { OpenWarehouse } from '../clickhouse/open-warehouse.js';
import { ensureTablesOf } from './ensure-tables.js';
import { readRows } from '../rows.js';

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

test('a copy by a scope holds what has its key, and a record without one makes no part there', async () => {
  const contract = contractWith({ matter: optional(code({ label: '事项' })) }, [['orderId'], ['unitId', 'matter']]);
  await ensureTablesOf(warehouse, contract);
  const copy = 'cur_test_growing_by_unitId_matter';
  const parts = async () =>
    await warehouse.rows({
      sql: 'SELECT toInt32(count()) AS n FROM system.parts WHERE database = currentDatabase() AND table = {copy:String}',
      params: { copy },
    });
  await insert('without', { orderId: 'o1' }, 1);
  expect(await parts()).toEqual([{ n: 0 }]);
  // Whoever asks by the first fields of the scope alone finds it.
  await insert('with', { orderId: 'o1', unitId: 'u1' }, 2);
  expect(await parts()).toEqual([{ n: 1 }]);
  const sql = (table: string) => `SELECT id FROM ${table} FINAL ORDER BY id`;
  expect(await warehouse.rows({ sql: sql(copy), params: {} })).toEqual([{ id: 'with' }]);
  for (const table of ['cur_test_growing', 'cur_test_growing_by_id'])
    expect(await warehouse.rows({ sql: sql(table), params: {} })).toEqual([{ id: 'with' }, { id: 'without' }]);
});

test('views of before, which fed every row to every copy, are changed when a process starts', async () => {
  const contract = contractWith({}, [['orderId'], ['unitId']]);
  await ensureTablesOf(warehouse, contract);
  const [view] = await readRows(warehouse, z.object({ sql: z.string() }), {
    sql: "SELECT as_select AS sql FROM system.tables WHERE name = 'feed_cur_test_growing_by_unitId'",
    params: {},
  });
  const all = view?.sql.replace(/ WHERE .*/s, '') ?? '';
  await warehouse.execute({ sql: `ALTER TABLE feed_cur_test_growing_by_unitId MODIFY QUERY ${all}`, params: {} });
  await insert('before', { orderId: 'o1' }, 1);
  await ensureTablesOf(warehouse, contract);
  await insert('after', { orderId: 'o1' }, 2);
  await insert('of a unit', { orderId: 'o1', unitId: 'u1' }, 3);
  const sql = 'SELECT id FROM cur_test_growing_by_unitId FINAL ORDER BY id';
  expect(await warehouse.rows({ sql, params: {} })).toEqual([{ id: 'before' }, { id: 'of a unit' }]);
});

describe('a new scope, while a writer of before goes on', () => {
  /** Before each statement another record lands; what fails is sent again before the next one, as a writer does. */
  function writing(until = Number.POSITIVE_INFINITY): { beside: OpenWarehouse; landed: () => Promise<string[]> } {
    const wanting: string[] = [];
    const landed: string[] = [];
    let statements = 0;
    const land = async () => {
      for (const id of wanting.slice()) {
        const done = await insert(id, { orderId: 'o1', unitId: 'u1' }, 10 + Number(id)).then(
          () => true,
          () => false,
        );
        if (done) landed.push(...wanting.splice(wanting.indexOf(id), 1));
      }
    };
    const beside = Object.create(warehouse) as OpenWarehouse; // what is not named here is the warehouse's own
    beside.execute = async (query) => {
      wanting.push(String(++statements));
      await land();
      if (statements > until) throw new Error('cut off');
      await warehouse.execute(query);
    };
    const all = async () => {
      await land();
      expect(wanting).toEqual([]);
      return landed.toSorted((a, b) => a.localeCompare(b));
    };
    return { beside, landed: all };
  }
  const everywhere = async () => {
    const found: string[][] = [];
    for (const table of ['log_test_growing', 'cur_test_growing', 'cur_test_growing_by_unitId', 'cur_test_growing_by_id']) {
      const sql = `SELECT DISTINCT id FROM ${table} ORDER BY id`;
      found.push((await readRows(warehouse, z.object({ id: z.string() }), { sql, params: {} })).map(({ id }) => id));
    }
    return found;
  };
  const grown = () => contractWith({}, [['orderId'], ['unitId']]);
  const STATEMENTS = 17;

  test('loses none of its records, in no copy', async () => {
    await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
    const { beside, landed } = writing();
    await ensureTablesOf(beside, grown());
    const all = await landed();
    expect(all.length).toBe(STATEMENTS);
    for (const found of await everywhere()) expect(found.toSorted((a, b) => a.localeCompare(b))).toEqual(all);
  });

  test('nor where it is cut off anywhere, and begun again', async () => {
    for (let until = 1; until < STATEMENTS; until++) {
      for (const name of await namesThere()) await warehouse.execute({ sql: `DROP TABLE IF EXISTS ${name}`, params: {} });
      await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
      const { beside, landed } = writing(until);
      await expect(ensureTablesOf(beside, grown())).rejects.toThrow('cut off');
      await ensureTablesOf(warehouse, grown());
      const all = await landed();
      for (const found of await everywhere()) expect([until, found.toSorted((a, b) => a.localeCompare(b))]).toEqual([until, all]);
      expect((await namesThere()).filter((name) => /rebuilt|_old/.test(name))).toEqual([]);
    }
  });
});

/** Views first: they lead to the tables. */
async function namesThere(): Promise<string[]> {
  const sql = "SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY engine = 'MaterializedView' DESC, name";
  return (await readRows(warehouse, z.object({ name: z.string() }), { sql, params: {} })).map(({ name }) => name);
}

test('a new scope is filled with what has its key', async () => {
  await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
  await insert('without', { orderId: 'o1' }, 1);
  await insert('with', { orderId: 'o1', unitId: 'u1' }, 2);
  await ensureTablesOf(warehouse, contractWith({}, [['orderId'], ['unitId']]));
  expect(await warehouse.rows({ sql: 'SELECT id FROM cur_test_growing_by_unitId', params: {} })).toEqual([{ id: 'with' }]);
});

test('what stored rows cannot follow is refused', async () => {
  await ensureTablesOf(warehouse, contractWith({}, [['orderId']]));
  await expect(ensureTablesOf(warehouse, contractWith({ matter: code({ label: '事项' }) }, [['orderId']]))).rejects.toThrow(
    /optional/,
  );
  await expect(ensureTablesOf(warehouse, contractWith({}, [['unitId']]))).rejects.toThrow(/sort key/);
});
