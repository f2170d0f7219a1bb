import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedWarehouse, type OpenWarehouse } from '../index.js';

/**
 * The embedded engine gives the rows of a query that failed halfway to whoever asks next over the same client. With one
 * client of each kind, the next is the same.
 */
let directory: string;
let warehouse: OpenWarehouse;

const HALFWAY = { sql: 'SELECT number, throwIf(number = 500000) FROM numbers(1000000)', params: {} };
const ONE = { sql: 'SELECT 1 AS one', params: {} };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-leftovers-'));
  warehouse = await openEmbeddedWarehouse({ directory, readers: 1, readTimeoutSeconds: 1 });
  await warehouse.execute({ sql: 'CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n', params: {} });
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

async function failureOf(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toThrow();
}

describe('after a query that failed halfway the next answer holds its own rows only', () => {
  test('of the platform', async () => {
    await failureOf(warehouse.rows(HALFWAY));
    expect(await warehouse.rows(ONE)).toEqual([{ one: 1 }]);
  });

  test('as a stream, also where others wait for the client already', async () => {
    const read = async () => {
      for await (const rows of warehouse.stream(HALFWAY)) expect(rows.length).toBeGreaterThan(0);
    };
    const [failed, ...answers] = await Promise.allSettled([read(), warehouse.rows(ONE), warehouse.rows(ONE)]);
    expect(failed).toMatchObject({ status: 'rejected' });
    expect(answers).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: [{ one: 1 }] })));
  });

  test('given up by the caller', async () => {
    const given = new AbortController();
    const slow = 'SELECT number, sleepEachRow(0.001) FROM numbers(2000) SETTINGS max_block_size = 100, max_threads = 1';
    const read = async () => {
      for await (const rows of warehouse.stream({ sql: slow, params: {} }, given.signal)) expect(rows).toBeDefined();
    };
    const reading = read();
    setImmediate(() => given.abort(new Error('nobody waits')));
    await failureOf(reading);
    expect(await warehouse.rows(ONE)).toEqual([{ one: 1 }]);
  });

  test('ended by its time limit', async () => {
    const slow = 'SELECT number, sleepEachRow(0.001) FROM numbers(100000) SETTINGS max_block_size = 100, max_threads = 1';
    await failureOf(warehouse.rows({ sql: slow, params: {} }));
    expect(await warehouse.rows(ONE)).toEqual([{ one: 1 }]);
  });

  test('of a statement and an insert', async () => {
    await failureOf(
      warehouse.execute({ sql: 'INSERT INTO t SELECT throwIf(number = 500000) FROM numbers(1000000)', params: {} }),
    );
    await failureOf(warehouse.insertLines('t', ['{"n":"x"}'], 'bad'));
    await warehouse.insertLines('t', ['{"n":1}'], 'good');
    expect(await warehouse.rows({ sql: 'SELECT count() AS c FROM t', params: {} })).toEqual([{ c: 1 }]);
  });
});
