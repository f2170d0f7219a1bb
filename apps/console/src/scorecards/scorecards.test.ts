import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;

beforeAll(async () => {
  fixture = await startConsole();
});

afterAll(() => fixture.stop());

test('no figure is shown while history is on its way: orders come before what was done with them', async () => {
  const client = await fixture.signedIn(ANALYST);
  const paths = ['/api/scorecards/unit', '/api/scorecards/county/county', '/api/surges'];
  fixture.standIns.pendingTypes = new Set(['hotline.order-event']);
  for (const path of paths) {
    const { status, body } = await client.get(path);
    expect([path, status]).toEqual([path, 409]);
    expect(JSON.stringify(body)).toMatch(/首次载入（工单流转记录）.*载入完成后再看/);
  }
  fixture.standIns.pendingTypes = new Set();
  for (const path of paths) expect([path, (await client.get(path)).status]).toEqual([path, 200]);
});
