import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';

/** A county's cadres and their near kin are some thousands. */
const ENTRIES = 20_000;

let fixture: ConnectorFixture;
let folder: string;
let mapping: string;
beforeAll(async () => {
  fixture = await startConnectorFixture();
  folder = await mkdtemp(join(tmpdir(), 'tianyan-whole-list-'));
  mapping = await readFile(new URL('../../../../docs/examples/sample-list.yaml', import.meta.url), 'utf8');
});
afterAll(async () => {
  await fixture.stop();
  await rm(folder, { recursive: true, force: true });
});

async function upload(entries: readonly number[], isWholeList: boolean) {
  const path = join(folder, 'list.csv');
  const rows = entries.map((n) => `第${n}号企业,2026-01-15,（示例）${n}号`);
  await writeFile(path, `企业名称,处罚决定日期,处罚文号\n${rows.join('\n')}\n`);
  const { uploads } = fixture.parts;
  return uploads.upload({ path, fileName: 'list.csv', mapping: { text: mapping }, actor: 'wang.gang', isWholeList });
}
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const deletions = async () =>
  (await fixture.published('directory.list-entry')).filter(({ value }) => value.includes('"op":"delete"')).length;

test('a whole list takes the place of the one before, one that adds deletes nothing, and half a list waits for a person', async () => {
  expect(await upload(numbers(0, ENTRIES), false)).toMatchObject({ accepted: ENTRIES, held: 0 });
  expect(await upload(numbers(ENTRIES, ENTRIES + 2), false)).toMatchObject({ accepted: 2, held: 0 });
  expect(await deletions()).toBe(0);
  // All but four of before, and one that is new.
  expect(await upload([...numbers(4, ENTRIES + 2), ENTRIES + 2], true)).toMatchObject({ accepted: 5, repeated: ENTRIES - 2 });
  expect(await deletions()).toBe(4);

  const half = numbers(4, ENTRIES / 2);
  const held = await upload(half, true);
  expect(held).toMatchObject({ accepted: 0, held: ENTRIES + 3 - ENTRIES / 2 });
  expect(await deletions()).toBe(4);
  const feed = { source: 'import-sample-list', feed: 'sample-list' };
  const list = await fixture.parts.held.find(feed);
  await fixture.parts.held.decide(feed, { decision: 'delete', heldAtMs: list?.heldAtMs ?? 0, actor: 'li.na' });
  expect(await upload(half, true)).toMatchObject({ held: 0, accepted: held.held });
  expect(await deletions()).toBe(4 + held.held);
}, 180_000);

test('nothing but a list is whole', async () => {
  const units = `
mapping: some-units
label: 单位
file: { header: [编号, 名称] }
records:
  - type: directory.unit
    id: 编号
    version: { value: 1 }
    at: { value: 1 }
    fields: { unitId: 编号, name: 名称, kind: { value: department } }
`;
  const path = join(folder, 'units.csv');
  await writeFile(path, '编号,名称\nU1,住建局\n');
  const asked = { path, fileName: 'units.csv', mapping: { text: units }, actor: 'wang.gang', isWholeList: true };
  await expect(fixture.parts.uploads.upload(asked)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('只有名单'),
  });
});
