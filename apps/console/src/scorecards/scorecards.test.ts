import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scorecardListSchema, scorecardSchema } from '../api/index.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { markJudged } from '../testing/judged-rules.js';

let fixture: ConsoleFixture;

beforeAll(async () => {
  fixture = await startConsole();
});

afterAll(() => fixture.stop());

test('no figure is shown while history is on its way that it is reckoned of: orders come before what was done with them', async () => {
  const client = await fixture.signedIn(ANALYST);
  const [unit, county, surges, village] = [
    '/api/scorecards/unit',
    '/api/scorecards/county/county',
    '/api/surges',
    '/api/scorecards/village',
  ];
  const whilePending = async (type: string, label: string, refused: readonly string[], shown: readonly string[]) => {
    fixture.standIns.pendingTypes = new Set([type]);
    for (const path of refused) {
      const { status, body } = await client.get(path);
      expect([path, status]).toEqual([path, 409]);
      expect(JSON.stringify(body)).toMatch(new RegExp(`首次载入（${label}）.*载入完成后再看`));
    }
    for (const path of shown) expect([path, (await client.get(path)).status]).toEqual([path, 200]);
  };
  await whilePending('hotline.order-event', '工单流转记录', [unit, county, village], [surges]);
  await whilePending('hotline.order', '热线工单', [unit, county, village, surges], []);
  // A ledger that was never delivered keeps nobody from looking at the hotline.
  await whilePending('assets.receivable', '应收租金', [county, village], [unit, surges]);
  fixture.standIns.pendingTypes = new Set();
  for (const path of [unit, county, surges, village]) expect([path, (await client.get(path)).status]).toEqual([path, 200]);
});

test('while rules are judged for the first time scorecards say so, with the time; afterwards they do not', async () => {
  const client = await fixture.signedIn(ANALYST);
  const told = async () => {
    fixture.machineClock.advanceBy(120_000);
    const list = scorecardListSchema.parse((await client.get('/api/scorecards/unit')).body);
    const card = scorecardSchema.parse((await client.get('/api/scorecards/county/county')).body);
    expect(card.underWay).toEqual(list.underWay);
    return [list.underWay, list.countedAtMs];
  };
  expect(await told()).toEqual([{ rules: 1, of: 1 }, COUNTY_NOW_MS]);
  await markJudged(fixture.pool);
  // Counts are kept for a while, and with them what they lacked when they were read.
  expect(scorecardListSchema.parse((await client.get('/api/scorecards/unit')).body).underWay).toEqual({ rules: 1, of: 1 });
  expect(await told()).toEqual([null, COUNTY_NOW_MS]);
});
