import { expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { builtInCatalogue } from '@tianyan/contracts';
import { ManualClock } from '@tianyan/kernel';
import { NamesDirectory } from '@tianyan/rules';
import type { WarehouseReader } from '@tianyan/warehouse';
import { HttpProblem } from '../http/problem.js';
import { FailingWarehouse } from '../testing/failing-warehouse.js';
import { CurrentRecords } from '../timelines/current-records.js';
import { PlaceRecords, type AskedPlace } from './place-records.js';

const FROM_MS = 1_000;
const BEFORE_MS = 2_000;

function placeOf(warehouse: WarehouseReader): { records: PlaceRecords; asked: AskedPlace } {
  const user = {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes: null,
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  const directory = new NamesDirectory(warehouse, new ManualClock(0)).current;
  return {
    records: new PlaceRecords({ warehouse, catalogue: builtInCatalogue, records: new CurrentRecords(warehouse) }),
    asked: { reach: Reach.of({ user }), directory, kind: 'unit', code: 'U-1' },
  };
}

const WAYS: readonly [string, (place: ReturnType<typeof placeOf>) => Promise<unknown>][] = [
  ['counted', ({ records, asked }) => records.counts(asked, { startsMs: [FROM_MS], beforeMs: BEFORE_MS })],
  ['looked into', ({ records, asked }) => records.hasBefore(asked, FROM_MS)],
  ['read', ({ records, asked }) => records.between(asked, { fromMs: FROM_MS, beforeMs: BEFORE_MS, limit: 1 })],
];

test.each(WAYS)('a place with more than can be %s in time is answered in words', async (_, work) => {
  const warehouse = new FailingWarehouse(Object.assign(new Error('too slow'), { type: 'TIMEOUT_EXCEEDED' }));
  const failure = await work(placeOf(warehouse)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HttpProblem);
  expect(failure).toMatchObject({ status: 503, problem: { code: 'unavailable', message: expect.stringMatching(/记录太多/) } });
});

test.each(WAYS)('any other failure of what is %s stays what it is', async (_, work) => {
  const failure = new Error('gone');
  await expect(work(placeOf(new FailingWarehouse(failure)))).rejects.toBe(failure);
});

test('what lies before the periods is not counted', async () => {
  const warehouse = new FailingWarehouse(new Error('gone'));
  const { records, asked } = placeOf(warehouse);
  await records.counts(asked, { startsMs: [FROM_MS], beforeMs: BEFORE_MS }).catch((error: unknown) => error);
  expect(warehouse.asked).not.toEqual([]);
  for (const { sql, params } of warehouse.asked) {
    // Neither where the records are counted nor where they are looked for.
    expect(sql.match(/atMs >= \{fromMs:Int64\}/g)).toHaveLength(2);
    expect(params).toMatchObject({ fromMs: FROM_MS, beforeMs: BEFORE_MS });
  }
});
