import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, ManualClock } from '@tianyan/kernel';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { noticeMigrations, SmsQuota, type SmsPlace } from './index.js';

const NUMBER = '13812345678';
const PER_DAY = 3;

let postgres: TestPostgres;
let clock: ManualClock;
beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await postgres.pool.query('TRUNCATE sms_quota');
  clock = new ManualClock(1_800_000_000_000);
});

/** As each notifier has one. */
const quota = () => new SmsQuota({ pool: postgres.pool, clock, secret: 'installation' });
const isPlace = (taken: SmsPlace | number) => typeof taken === 'object';
async function placeOf(taken: Promise<SmsPlace | number>): Promise<SmsPlace> {
  const place = await taken;
  if (typeof place === 'number') throw new Error(`no place for ${place} ms`);
  return place;
}

test('of many that ask at once exactly so many get a place, whichever notifier they ask', async () => {
  const asked = await Promise.all(Array.from({ length: 12 }, () => quota().take(NUMBER, PER_DAY)));
  expect(asked.filter(isPlace)).toHaveLength(PER_DAY);
  expect(asked.filter((taken) => taken === DAY_MS)).toHaveLength(12 - PER_DAY);
  expect(isPlace(await quota().take('13912345678', PER_DAY))).toBe(true);
});

test('a place is free a day after it was taken; a process that starts anew begins with what was sent', async () => {
  for (let hour = 0; hour < PER_DAY; hour++) {
    await placeOf(quota().take(NUMBER, PER_DAY));
    clock.advanceBy(HOUR_MS);
  }
  expect(await quota().take(NUMBER, PER_DAY)).toBe(DAY_MS - PER_DAY * HOUR_MS);
  clock.advanceBy(DAY_MS - PER_DAY * HOUR_MS - 1);
  expect(await quota().take(NUMBER, PER_DAY)).toBe(1);
  clock.advanceBy(1);
  await placeOf(quota().take(NUMBER, PER_DAY));
  expect(await quota().take(NUMBER, PER_DAY)).toBe(HOUR_MS);
});

test('a limit that is lowered waits until enough places are free', async () => {
  for (let hour = 0; hour < PER_DAY; hour++) {
    await placeOf(quota().take(NUMBER, PER_DAY));
    clock.advanceBy(HOUR_MS);
  }
  expect(await quota().take(NUMBER, 1)).toBe(DAY_MS - HOUR_MS);
});

test('a place that is given back is free at once, and one alone', async () => {
  const places = await Promise.all(Array.from({ length: PER_DAY }, () => placeOf(quota().take(NUMBER, PER_DAY))));
  await places[1]?.giveBack();
  await placeOf(quota().take(NUMBER, PER_DAY));
  expect(await quota().take(NUMBER, PER_DAY)).toBe(DAY_MS);
});

test('numbers are kept as digests, and none for longer than a day', async () => {
  await placeOf(quota().take(NUMBER, PER_DAY));
  const kept = async () => JSON.stringify((await postgres.pool.query('SELECT * FROM sms_quota')).rows);
  expect(await kept()).not.toContain(NUMBER);
  const before = await kept();
  clock.advanceBy(DAY_MS);
  await placeOf(quota().take('13912345678', PER_DAY));
  expect((await postgres.pool.query('SELECT * FROM sms_quota')).rowCount).toBe(1);
  expect(await kept()).not.toBe(before);
});
