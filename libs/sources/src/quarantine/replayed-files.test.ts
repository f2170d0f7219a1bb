import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile, mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sourcesFrom } from '../upstream.test-fixture.js';
import { startQuarantineFixture, type QuarantineFixture } from './quarantine.test-fixture.js';

let fixture: QuarantineFixture;
beforeAll(async () => {
  fixture = await startQuarantineFixture();
});
afterAll(() => fixture.stop());

const mapping = (names: string) => `
mapping: steps
label: 流转
dates: ['yyyy-MM-dd HH:mm']
file: { header: [工单, 步骤, 时间, 环节] }
records:
  - type: hotline.order-event
    id: { join: [工单, 步骤], with: '-' }
    at: 时间
    fields: { orderId: 工单, action: { from: 环节, values: { ${names} } } }
`;

/** A folder of full lists of steps; whoever maps has forgotten a name. */
async function steps(source: string) {
  const folder = join(fixture.folder, `${source}-files`);
  await mkdir(folder);
  const loadedWith = (names: string) =>
    sourcesFrom(join(fixture.folder, source), {
      'mappings/steps.yaml': mapping(names),
      'source.yaml': `
source: ${source}
label: 流转
kind: file-drop
folder: ${folder}
everyMs: 1000
feeds: [{ feed: steps, label: 流转, files: '*', mapping: mappings/steps.yaml, snapshot: full }]
`,
    });
  const connector = fixture.connector(await loadedWith('受理: accepted'));
  await connector.register();
  return {
    read: async (name: string, ...rows: string[]) => {
      await writeFile(join(folder, name), ['工单,步骤,时间,环节', ...rows, ''].join('\n'));
      await utimes(join(folder, name), 0, 0);
      return connector.poll(source, 'folder');
    },
    items: () => fixture.parts.quarantine.list({ source, limit: 200 }),
    /** By the mapping with all its names. */
    replays: async () => fixture.services(await loadedWith('受理: accepted, 派单: dispatched')).rows,
    published: async () => {
      const messages = await fixture.published('hotline.order-event');
      return messages
        .map(({ value }) => JSON.parse(value) as Record<string, unknown>)
        .filter((record) => record['source'] === source)
        .toSorted((a, b) => String(a['id']).localeCompare(String(b['id'])));
    },
  };
}

describe('a row of a file that is replayed', () => {
  test('is still the second of its file: of two steps of one instant it came later', async () => {
    const { read, items, replays, published } = await steps('replayed-steps');
    await read('1.csv', 'G1,1,2026-06-01 09:00,受理', 'G1,2,2026-06-01 09:00,派单');
    const [item] = await items();
    expect(item).toMatchObject({ rowNumber: 2 });
    expect(await (await replays()).replay(item?.id ?? 0, { actor: 'li.fen' })).toMatchObject({ accepted: true });
    expect(await published()).toMatchObject([
      { id: 'G1-1', stepNo: 1 },
      { id: 'G1-2', stepNo: 2 },
    ]);
  });

  test('is known to its full list, and deleted when a later one lacks it', async () => {
    const { read, items, replays, published } = await steps('replayed-list');
    await read('1.csv', 'G1,1,2026-06-01 09:00,受理', 'G1,2,2026-06-01 09:00,派单');
    const [item] = await items();
    await (await replays()).replay(item?.id ?? 0, { actor: 'li.fen' });
    await read('2.csv', 'G1,1,2026-06-01 09:00,受理');
    expect((await published()).filter(({ op }) => op === 'delete')).toMatchObject([{ id: 'G1-2' }]);
  });
});
