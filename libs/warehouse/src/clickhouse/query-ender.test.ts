import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { OpenWarehouse } from './open-warehouse.js';
import { openEmbeddedWarehouse } from './open-embedded.js';
import { readRows } from '../rows.js';

let directory: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ender-'));
  warehouse = await openEmbeddedWarehouse({ directory, readers: 2 });
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true });
});

/** Some ten minutes of work. */
const LONG = { sql: 'SELECT sum(cityHash64(number)) AS s FROM numbers(1000000000000)', params: {} };
const running = async () => {
  const sql = `SELECT count() AS n FROM system.processes WHERE position(query, 'numbers(1000000000000)') > 0 AND query NOT LIKE '%processes%'`;
  return (await readRows(warehouse, z.object({ n: z.number() }), { sql, params: {} }))[0]?.n;
};
async function becomes(count: number): Promise<void> {
  while ((await running()) !== count);
}

test('a query of this process that is given up is ended, not only left', async () => {
  const reason = new Error('nobody waits');
  const giveUp = new AbortController();
  const read = async () => {
    for await (const _ of warehouse.stream(LONG, giveUp.signal));
  };
  const given = expect(read()).rejects.toBe(reason);
  await becomes(1);
  giveUp.abort(reason);
  await given;
  await becomes(0);
  // Its client is free again.
  await Promise.all([1, 2, 3].map((n) => warehouse.rows({ sql: `SELECT ${n} AS n`, params: {} })));
});
