import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { builtInCatalogue, type AnyRecord } from '@tianyan/contracts';
import { readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import { exampleRecord, ExampleTables } from './examples/example-tables.js';
import {
  compileRules,
  CURRENT_RECORDS,
  loadPack,
  MAX_PREVIEWED_RECORDS,
  preview,
  type GivenRecord,
  type RecordSource,
} from './index.js';

const EVENT = 'hotline.order-event';
const NOW_MS = Date.parse('2026-06-10T09:00:00+08:00');
const rules = loadPack();
const [group] = compileRules(
  rules.filter(({ id }) => id === 'order-ping-pong'),
  builtInCatalogue,
);
const rowSchema = z.record(z.string(), z.unknown());

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());
beforeEach(() => tables.clear(builtInCatalogue.all().map(({ type }) => type)));

function returned(id: string, orderId: string, change: Partial<AnyRecord> = {}): AnyRecord {
  const at = '2026-06-01T09:00:00+08:00';
  const full = exampleRecord({ type: EVENT, id, at, version: 1, orderId, unitId: 'U1', action: 'returned' });
  return { ...full, ...change } as AnyRecord; // a test changes the envelope alone
}
const given = (...records: AnyRecord[]): GivenRecord[] => records.map((record) => ({ type: EVENT, record }));
const gone = (id: string) => returned(id, 'a', { op: 'delete', fields: null });

/** By both interpreters. */
async function hits(records: RecordSource): Promise<string[]> {
  if (!group) throw new Error('no group');
  const swept = await tables.evaluate(group, NOW_MS, 'all', records);
  const scopes = ['a', 'b', 'c'];
  expect(await tables.evaluate(group, NOW_MS, scopes, records)).toEqual(swept.filter(({ scope }) => scopes.includes(scope)));
  return swept.filter(({ hit }) => hit).map(({ scope }) => scope);
}

describe('a preview', () => {
  test('lays the given records over what there is: by id the given one stands, the last of several', async () => {
    await tables.write(
      EVENT,
      ['a1', 'a2', 'a3'].map((id) => returned(id, 'a')),
    );
    await tables.write(
      EVENT,
      ['b1', 'b2'].map((id) => returned(id, 'b')),
    );
    const over = (...records: AnyRecord[]) => hits(preview(given(...records), CURRENT_RECORDS));
    expect(await over()).toEqual(['a']);
    expect(await over(returned('b3', 'b'))).toEqual(['a', 'b']);
    // It moves, whatever its version; and is taken away.
    expect(await over(returned('a3', 'b', { version: 0 }))).toEqual(['b']);
    expect(await over(gone('a1'))).toEqual([]);
    expect(await over(returned('a1', 'b'), returned('a1', 'a'))).toEqual(['a']);
    // What stands in the tables is as it was.
    expect(await hits(CURRENT_RECORDS)).toEqual(['a']);
  });

  test('over nothing the given records are all that there is', async () => {
    await tables.write(
      EVENT,
      ['a1', 'a2', 'a3'].map((id) => returned(id, 'a')),
    );
    const odd = `'); DROP TABLE cur_hotline_order_event -- {x:String} \\ "`;
    expect(await hits(preview([], null))).toEqual([]);
    expect(await hits(preview(given(...[1, 2, 3].map((n) => returned(`${odd}${n}`, 'c'))), null))).toEqual(['c']);
  });

  test('is bounded', () => {
    const many = Array.from({ length: MAX_PREVIEWED_RECORDS + 1 }, (_none, n) => returned(`m${n}`, 'm'));
    expect(() => preview(given(...many), null)).toThrow(RangeError);
  });

  test('reads every field of every type as the tables have it', async () => {
    const records = new Map<string, AnyRecord[]>();
    for (const [n, record] of rules.flatMap(({ examples }) => examples.flatMap((example) => example.records)).entries())
      records.set(record.type, [...(records.get(record.type) ?? []), { ...exampleRecord(record), id: `${n}` }]);
    expect(records.size).toBeGreaterThan(10);
    for (const [type, all] of records) {
      const some = all.slice(0, MAX_PREVIEWED_RECORDS);
      await tables.write(type, some);
      const source = preview(
        some.map((record) => ({ type, record })),
        null,
      );
      const contract = builtInCatalogue.get(type);
      const rowsOf = (records: RecordSource) =>
        readRows(tables.warehouse, rowSchema, {
          sql: `SELECT * EXCEPT (batch, streamOffset, ver), ${Object.keys(contract.fields)
            .map((field) => `toTypeName(${field})`)
            .join(', ')} FROM ${records.rows(contract, []).from} ORDER BY id`,
          params: records.params,
        });
      expect(await rowsOf(source)).toEqual(await rowsOf(CURRENT_RECORDS));
    }
  });
});
