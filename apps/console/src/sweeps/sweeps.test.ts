import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { driftListSchema } from '../api/index.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { plantDrift } from '../testing/planted-drift.js';

let fixture: ConsoleFixture;
beforeAll(async () => {
  fixture = await startConsole();
  await plantDrift(fixture, ['O1']);
});
afterAll(() => fixture.stop());

test('of a sweep that there is not no drift is told, which would read as none found; nobody who may not ask learns which there are', async () => {
  const analyst = await fixture.signedIn(ANALYST);
  const { items } = driftListSchema.parse((await analyst.get('/api/sweeps/nightly/drift')).body);
  expect(items.map(({ scope }) => scope)).toEqual(['O1']);
  const { status, body } = await analyst.get('/api/sweeps/none/drift');
  expect([status, body.message]).toEqual([404, '没有这次巡检，请回到列表重新打开']);
  const nobody = fixture.client();
  const answers = await Promise.all(['nightly', 'none'].map((id) => nobody.get(`/api/sweeps/${id}/drift`)));
  expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
});
