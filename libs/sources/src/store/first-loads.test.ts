import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitPages, unitRows } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(() => fixture.stop());

const dropFolder = (source: string, folder: string) => `
source: ${source}
label: 测试文件夹
kind: file-drop
folder: ${folder}
everyMs: 1000
feeds: [{ feed: divisions, label: 区划, files: 'divisions*.csv', mapping: mappings/divisions.yaml }]
`;
const DIVISION_MAPPING = `
mapping: test-divisions
label: 区划
dates: [yyyy-MM-dd]
file: { header: [代码, 名称] }
records:
  - type: directory.division
    id: 代码
    at: 日期
    fields: { divisionCode: 代码, name: 名称, level: { value: village } }
`;

async function settledFile(path: string, text: string) {
  await writeFile(path, text);
  // As if it had been lying there for an hour.
  await utimes(path, 0, 0);
}

describe('the first load', () => {
  test('a feed is pending until it was read to its end, and a restarted process knows', async () => {
    let isBroken = true;
    const upstream = await startUpstream(({ query }) => {
      if (query.get('after') === '0') return { body: { rows: unitRows(1, 2), next: 2, more: true } };
      return isBroken ? { status: 404, body: {} } : { body: { rows: unitRows(3, 1), next: 3, more: false } };
    });
    try {
      const loaded = await sourcesFrom(join(fixture.folder, 'first-http'), {
        'mappings/units.yaml': UNIT_MAPPING,
        'source.yaml': unitPages('first-http', upstream.url),
      });
      const connector = fixture.connector(loaded);
      expect([...(await fixture.compose(loaded).firstLoads.pendingTypes())]).toEqual(['directory.unit']);
      await connector.register();
      // The first page is taken, the second one fails: half of the history.
      await connector.poll('first-http', 'units');
      expect((await fixture.parts.sources.find('first-http'))?.acceptedTotal).toBe(2);
      expect([...(await fixture.compose(loaded).firstLoads.pendingTypes())]).toEqual(['directory.unit']);
      isBroken = false;
      await connector.poll('first-http', 'units');
      expect((await fixture.compose(loaded).firstLoads.pendingTypes()).size).toBe(0);
      isBroken = true;
      await fixture.connector(loaded).poll('first-http', 'units');
      expect((await fixture.compose(loaded).firstLoads.pendingTypes()).size).toBe(0);
    } finally {
      await upstream.stop();
    }
  });

  test('a folder counts when it is there and nothing in it is still being written', async () => {
    const drop = join(fixture.folder, 'first-drop-files');
    const loaded = await sourcesFrom(join(fixture.folder, 'first-drop'), {
      'mappings/divisions.yaml': DIVISION_MAPPING,
      'source.yaml': dropFolder('first-drop', drop),
    });
    const connector = fixture.connector(loaded);
    await connector.register();
    const pending = async () => [...(await fixture.compose(loaded).firstLoads.pendingTypes())];
    await connector.poll('first-drop', 'folder');
    expect(await pending()).toEqual(['directory.division']);
    await mkdir(drop);
    await settledFile(join(drop, 'divisions1.csv'), '代码,名称,日期\n370000000001,甲村,2026-06-01\n');
    await writeFile(join(drop, 'divisions2.csv.part'), '代码,名');
    await connector.poll('first-drop', 'folder');
    expect((await fixture.parts.sources.find('first-drop'))?.acceptedTotal).toBe(1);
    expect(await pending()).toEqual(['directory.division']);
    // A transfer that broke off long ago is not waited for.
    await utimes(join(drop, 'divisions2.csv.part'), 0, 0);
    await connector.poll('first-drop', 'folder');
    expect(await pending()).toEqual([]);
  });

  test('sources that are switched off or push are not waited for; all record types of a mapping are', async () => {
    const loaded = await sourcesFrom(join(fixture.folder, 'first-others'), {
      'mappings/units.yaml': `${UNIT_MAPPING}  - type: directory.division
    id: id
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { divisionCode: id, name: name, level: { value: county } }
`,
      'pull.yaml': unitPages('first-others', 'http://127.0.0.1:9'),
      'push.yaml': `
source: first-push
label: 推送
kind: webhook
secret: push
feeds: [{ feed: units, label: 单位, mapping: mappings/units.yaml }]
`,
    });
    await fixture.connector(loaded).register();
    const firstLoads = fixture.compose(loaded).firstLoads;
    expect([...(await firstLoads.pendingTypes())]).toEqual(['directory.unit', 'directory.division']);
    await fixture.parts.sources.setEnabled('first-others', false);
    expect((await firstLoads.pendingTypes()).size).toBe(0);
  });
});
