import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, UNIT_MAPPING, unitPages } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(() => fixture.stop());

test('what was wrong with a feed goes with the feed, what is wrong with the others stays', async () => {
  const name = 'two-feeds';
  const { sources, held } = fixture.parts;
  await sources.register({ name, label: '两个接口', kind: 'http-pull' });
  for (const feed of ['units', 'gone']) {
    await sources.runStarted(name);
    await sources.runEnded(name, feed, '上游答复 404');
    await sources.note(name, feed, '表头多了一列');
  }
  await held.hold({ source: name, feed: 'gone' }, { fileName: null, missing: 90, known: 100 });
  expect((await sources.find(name))?.error).toContain('gone');
  const loaded = await sourcesFrom(join(fixture.folder, name), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': unitPages(name, 'http://127.0.0.1:1'),
  });
  await fixture.connector(loaded).register();
  expect(await sources.find(name)).toMatchObject({
    state: 'failing',
    error: 'units：上游答复 404\nunits：表头多了一列',
    heldLists: [],
  });
});
