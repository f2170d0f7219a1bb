import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ManualClock } from '@tianyan/kernel';
import type { SqlQuery } from '@tianyan/warehouse';
import { exampleRecord, ExampleTables } from '../examples/example-tables.js';
import type { ExampleRecord } from '../language/index.js';
import { NamesDirectory } from './names-directory.js';

const AT = '2026-03-01T08:00:00+08:00';
const TOWNSHIP = '320921100';

let tables: ExampleTables;
/** Queries that reached the warehouse. */
let reads = 0;
const clock = new ManualClock(Date.parse(AT));
const counting = () => ({
  rows: async (query: SqlQuery): Promise<unknown[]> => {
    reads++;
    return tables.warehouse.rows(query);
  },
  stream: tables.warehouse.stream.bind(tables.warehouse),
});

function division(code: string, name: string, level: string, parentCode: string | null, version = 1): ExampleRecord {
  return { type: 'directory.division', id: code, at: AT, version, divisionCode: code, name, level, parentCode };
}

beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

test('the directory is read once in half a minute however many ask, and a name that changed is the new one afterwards', async () => {
  const names = new NamesDirectory(counting(), clock);
  expect(names.current.division(TOWNSHIP)).toBeUndefined();

  // Empty: it is being loaded, and whoever asks next must not wait half a minute for the first name.
  expect((await names.refresh()).divisions).toEqual([]);
  await tables.writeExamples([
    division(TOWNSHIP, '响水镇', 'township', '320921'),
    division('320921100201', '大有村', 'village', TOWNSHIP),
    { type: 'directory.unit', id: 'U1', at: AT, version: 1, unitId: 'U1', name: '住建局', kind: 'department' },
    {
      type: 'directory.unit',
      id: 'U2',
      at: AT,
      version: 1,
      unitId: 'U2',
      name: '镇政府',
      kind: 'township',
      townshipCode: TOWNSHIP,
    },
  ]);
  const first = await names.refresh();
  expect(first.division(TOWNSHIP)).toBe('响水镇');
  expect(first.unit('U1')).toBe('住建局');
  expect(first.unit(TOWNSHIP)).toBeUndefined();
  expect(first.units.map(({ unitId, townshipCode }) => [unitId, townshipCode])).toEqual([
    ['U1', null],
    ['U2', TOWNSHIP],
  ]);
  expect(first.divisions.map(({ code, level, parentCode }) => [code, level, parentCode])).toEqual([
    [TOWNSHIP, 'township', '320921'],
    ['320921100201', 'village', TOWNSHIP],
  ]);

  // More than before: the load may go on, and what is not there yet is looked for a second later.
  await tables.writeExamples([division('320921101', '陈家港镇', 'township', '320921')]);
  clock.advanceBy(999);
  expect((await names.refresh()).division('320921101')).toBeUndefined();
  clock.advanceBy(1);
  expect((await names.refresh()).division('320921101')).toBe('陈家港镇');
  clock.advanceBy(1_000);
  await names.refresh();

  await tables.writeExamples([division(TOWNSHIP, '响水街道', 'township', '320921', 2)]);
  clock.advanceBy(29_999);
  const before = reads;
  expect((await names.refresh()).division(TOWNSHIP)).toBe('响水镇');
  expect(reads).toBe(before);

  clock.advanceBy(1);
  const answers = await Promise.all([names.refresh(), names.refresh(), names.refresh()]);
  expect(answers.map((answer) => answer.division(TOWNSHIP))).toEqual(['响水街道', '响水街道', '响水街道']);
  expect(reads).toBe(before + 2);
});

test('before many findings are explained it is read at once, and what was struck out has no name any more', async () => {
  const names = new NamesDirectory(counting(), clock);
  await names.refresh();
  const gone = {
    ...exampleRecord(division('320921100201', '大有村', 'village', TOWNSHIP, 3)),
    op: 'delete' as const,
    fields: null,
  };
  await tables.write('directory.division', [gone]);
  expect((await names.refresh()).division('320921100201')).toBe('大有村');
  expect((await names.readNow()).division('320921100201')).toBeUndefined();
  expect(names.current.division(TOWNSHIP)).toBe('响水街道');
});

test('a read that fails is told to whoever waits, keeps what was known, and the next one tries again', async () => {
  let fails = false;
  const reader = counting();
  const names = new NamesDirectory(
    { ...reader, rows: (query) => (fails ? Promise.reject(new Error('out of reach')) : reader.rows(query)) },
    clock,
  );
  await names.refresh();
  clock.advanceBy(30_000);
  fails = true;
  await expect(names.refresh()).rejects.toThrow('out of reach');
  expect(names.current.division(TOWNSHIP)).toBe('响水街道');
  fails = false;
  expect((await names.refresh()).division(TOWNSHIP)).toBe('响水街道');
});
