import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmbeddedWarehouse, type OpenWarehouse, readRows } from '@tianyan/warehouse';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { scopeKey, scopeKeySql, scopePartSql, scopeParts, splitScopeKeySql } from './scope-key.js';

/** What the key is put together with, digits and letters of its escapes, and what sources send besides. */
const part = fc.string({
  unit: fc.constantFrom('|', '%', '2', '5', '7', 'C', 'c', '村', '😀', "'", '\\', '\n', ' ', 'a'),
  maxLength: 8,
});
const parts = fc.array(part, { minLength: 1, maxLength: 4 });

describe('the key of a scope', () => {
  test('is one part as it stands, and several joined', () => {
    expect(scopeKey(['GD-1|2%'])).toBe('GD-1|2%');
    expect(scopeKey(['GD-1', 'U|7', '50%'])).toBe('GD-1|U%7C7|50%25');
    // Stored under these keys since the first version.
    expect(scopeKey(['320921001', '安置补偿'])).toBe('320921001|安置补偿');
  });

  test('can be taken apart again', () => {
    fc.assert(
      fc.property(parts, (of) => {
        expect(scopeParts(scopeKey(of), of.length)).toEqual(of);
      }),
    );
  });

  test('is that of no other scope of as many parts', () => {
    fc.assert(
      fc.property(fc.tuple(part, part), fc.tuple(part, part), (one, other) => {
        expect(scopeKey(one) === scopeKey(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });

  test('shows when it is of another number of parts', () => {
    expect(scopeParts('GD-1|U7', 3)).toHaveLength(2);
    expect(scopeParts('GD-1', 2)).toHaveLength(1);
  });
});

describe('in SQL', () => {
  let warehouse: OpenWarehouse;
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tianyan-scope-key-'));
    warehouse = await openEmbeddedWarehouse({ directory });
  });
  afterAll(async () => {
    await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([1, 2, 4])('the key of %d parts is the same, and so are its parts', async (count) => {
    const cases = fc.sample(fc.array(part, { minLength: count, maxLength: count }), { numRuns: 200, seed: 7 });
    const places = Array.from({ length: count }, (_, i) => i + 1);
    const key = scopeKeySql(places.map((place) => `of[${place}]`));
    const again = count === 1 ? 'key' : places.map((place) => scopePartSql('pieces', place)).join(', ');
    const rows = await readRows(warehouse, z.object({ key: z.string(), again: z.array(z.string()) }), {
      sql: `SELECT ${key} AS key, ${splitScopeKeySql('key')} AS pieces, [${again}] AS again
        FROM (SELECT arrayJoin({cases:Array(Array(String))}) AS of)`,
      params: { cases },
    });
    expect(rows.map((row) => row.key)).toEqual(cases.map(scopeKey));
    expect(rows.map((row) => row.again)).toEqual(cases);
  });
});
