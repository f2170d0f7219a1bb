import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { bytes, execute, idCursor, idText, maybeRow, pageOf, row, rows } from './index.js';
import { startTestPostgres, type TestPostgres } from './testing/index.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await execute(postgres.pool, 'CREATE TABLE thing (id bigint PRIMARY KEY, name text)');
});
afterAll(() => postgres.stop());

describe('rows are what their schema says', () => {
  const thing = z.object({ id: idText, name: z.string().nullable() });

  test('parameters go in, proved rows come out, and what the schema does not name is left out', async () => {
    expect(await execute(postgres.pool, `INSERT INTO thing SELECT n, 'n' || n FROM unnest($1::bigint[]) AS n`, [[1, 2, 3]])).toBe(
      3,
    );
    expect(await rows(postgres.pool, thing, 'SELECT *, 1 AS more FROM thing WHERE id > $1 ORDER BY id', [1])).toEqual([
      { id: '2', name: 'n2' },
      { id: '3', name: 'n3' },
    ]);
  });

  test('one that does not fit is an error that names column and statement, never the value', async () => {
    const failure: unknown = await rows(postgres.pool, thing, 'SELECT 7 AS id,\n  $1::bigint AS name', [13800000000]).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toMatch(/column "name": .*SELECT 7 AS id, \$1/);
    expect(String(failure)).not.toContain('13800000000');
  });

  test('one row, perhaps one, and no more than one', async () => {
    const id = z.object({ id: z.int() });
    expect(await row(postgres.pool, id, 'SELECT 1 AS id')).toEqual({ id: 1 });
    expect(await maybeRow(postgres.pool, id, 'SELECT 1 AS id WHERE false')).toBeNull();
    await expect(row(postgres.pool, id, 'SELECT 1 AS id WHERE false')).rejects.toThrow('no row where one is expected');
    await expect(maybeRow(postgres.pool, id, 'SELECT generate_series(1, 3) AS id')).rejects.toThrow('3 rows where at most one');
  });

  test('a prepared statement answers the same', async () => {
    const statement = { name: 'twice', text: 'SELECT $1::bigint * 2 AS id' };
    for (const id of [1, 2]) expect(await row(postgres.pool, z.object({ id: z.int() }), statement, [id])).toEqual({ id: id * 2 });
  });
});

describe('numbers of 64 bits', () => {
  const value = (expression: string) => row(postgres.pool, z.object({ value: z.unknown() }), `SELECT ${expression} AS value`);

  test('counts, sums and lists of them are numbers', async () => {
    expect(await value('(SELECT count(*) FROM generate_series(1, 5))')).toEqual({ value: 5 });
    expect(await value('9007199254740991::bigint')).toEqual({ value: Number.MAX_SAFE_INTEGER });
    expect(await value('-12.5::numeric')).toEqual({ value: -12.5 });
    expect(await value('ARRAY[1, NULL, 3]::bigint[]')).toEqual({ value: [1, null, 3] });
    expect(await value('ARRAY[]::bigint[]')).toEqual({ value: [] });
    expect(await value('ARRAY[0.5]::numeric[]')).toEqual({ value: [0.5] });
    expect(await value('NULL::bigint')).toEqual({ value: null });
  });

  test.each(['9007199254740992::bigint', '9007199254740993::numeric', `'NaN'::numeric`, 'ARRAY[-9007199254740992]::bigint[]'])(
    '%s is refused, not rounded',
    async (expression) => {
      await expect(value(expression)).rejects.toThrow('2^53');
      // The connection is as good as before.
      expect(await value('1')).toEqual({ value: 1 });
    },
  );

  test('other values are as the driver reads them', async () => {
    const text = `convert_to('汉', 'UTF8') AS payload`;
    expect(await row(postgres.pool, z.object({ payload: bytes }), `SELECT ${text}`)).toEqual({ payload: Buffer.from('汉') });
    expect(await value(`'{"a": [1]}'::jsonb`)).toEqual({ value: { a: [1] } });
    expect((await postgres.pool.query('SELECT 1::bigint AS value')).rows).toEqual([{ value: '1' }]);
  });
});

describe('pages', () => {
  test('the one row too many tells of a next page', () => {
    expect(pageOf([3, 2, 1], 2, String)).toEqual({ items: [3, 2], nextCursor: '2' });
    expect(pageOf([3, 2], 2, String)).toEqual({ items: [3, 2], nextCursor: null });
    expect(pageOf([], 2, String)).toEqual({ items: [], nextCursor: null });
  });

  test('a cursor that is no id is refused', () => {
    expect(idCursor('17')).toBe('17');
    expect(idCursor(undefined)).toBeNull();
    for (const spoilt of ['', '1 OR true', '-1', '1'.repeat(19)]) expect(() => idCursor(spoilt)).toThrow('翻页位置无效');
  });
});
