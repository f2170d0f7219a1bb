import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

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
