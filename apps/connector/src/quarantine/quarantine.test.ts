import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitPages, unitRows } from '../upstream.test-fixture.js';
import { QuarantineService } from './quarantine-service.js';
import { MAX_QUARANTINE_RAW_CHARS } from './quarantine-store.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await fixture.stop();
});

/** A feed that says these rows once and again, and what people do with the refused ones. */
async function refusedRows(source: string, rows: unknown[]) {
  const upstream = await startUpstream(() => ({ body: { rows, next: 0, more: false } }));
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': unitPages(source, upstream.url),
  });
  const connector = fixture.connector(loaded);
  await connector.register();
  await connector.poll(source, 'units');
  const { quarantine, pipeline } = fixture.parts;
  const service = new QuarantineService({ store: quarantine, pipeline, mappers: fixture.mappers(loaded) });
  return {
    service,
    items: () => service.list({ source, limit: 100 }),
    pollAgain: () => connector.poll(source, 'units'),
    published: async () =>
      (await fixture.published('directory.unit'))
        .map(({ value }) => JSON.parse(value) as Record<string, unknown>)
        .filter((record) => record['source'] === source),
  };
}

const BROKEN = { ...unitRows(1, 1)[0], name: '' };

describe('a quarantined row', () => {
  test('is looked at, mended, replayed, and arrives', async () => {
    const { service, items, published } = await refusedRows('mended', [BROKEN, ...unitRows(2, 1)]);
    const [item] = await items();
    expect(item).toMatchObject({
      feed: 'units',
      type: 'directory.unit',
      recordId: 'U1',
      field: 'name',
      label: '单位名称',
      reason: '单位名称：必填，但没有内容',
      raw: JSON.stringify(BROKEN),
      state: 'open',
    });
    const id = item?.id ?? 0;
    const still = await service.replay(id, { raw: JSON.stringify({ ...BROKEN, version: 'x' }), actor: 'analyst' });
    expect(still).toMatchObject({ accepted: false, reason: expect.stringContaining('不是数字') });
    expect(await service.replay(id, { raw: '{"id":', actor: 'analyst' })).toMatchObject({ accepted: false, field: null });
    expect((await published()).map((record) => record['id'])).toEqual(['U2']);

    const mended = JSON.stringify({ ...BROKEN, name: '县住建局' });
    expect(await service.replay(id, { raw: mended, actor: 'analyst' })).toEqual({ accepted: true, reason: null, field: null });
    expect((await published()).find((record) => record['id'] === 'U1')).toMatchObject({ name: '县住建局', raw: mended });
    expect(await service.find(id)).toMatchObject({ state: 'replayed', settledBy: 'analyst', settlement: mended });
    await expect(service.replay(id, { raw: mended, actor: 'analyst' })).rejects.toThrow('已经被处理过');
    await expect(service.discard(id, { actor: 'analyst', reason: 'x' })).rejects.toThrow('已经被处理过');
  });

  test('replayed as it is stays, with the reason', async () => {
    const { service, items, published } = await refusedRows('as-it-is', [BROKEN, 'half a row', 17]);
    for (const { id } of await items())
      expect(await service.replay(id, { raw: null, actor: 'analyst' })).toMatchObject({ accepted: false });
    expect((await items()).map(({ state }) => state)).toEqual(['open', 'open', 'open']);
    expect(await published()).toEqual([]);
  });

  test('that comes again counts up; discarded it stays discarded', async () => {
    const { service, items, pollAgain } = await refusedRows('again', [BROKEN, BROKEN]);
    await pollAgain();
    const [item, ...others] = await items();
    expect(others).toEqual([]);
    expect(item?.seenCount).toBe(4);
    await service.discard(item?.id ?? 0, { actor: 'analyst', reason: '测试数据' });
    await pollAgain();
    expect(await items()).toMatchObject([{ state: 'discarded', settlement: '测试数据', seenCount: 6 }]);
  });

  test('too long to be kept whole says so instead of being replayed in part', async () => {
    const long = { ...unitRows(1, 1)[0], note: '长'.repeat(MAX_QUARANTINE_RAW_CHARS) };
    const { service, items } = await refusedRows('long', [long]);
    const [item] = await items();
    expect(item?.raw).toHaveLength(MAX_QUARANTINE_RAW_CHARS);
    expect(item?.rawChars).toBe(JSON.stringify(long).length);
    expect(await service.replay(item?.id ?? 0, { raw: null, actor: 'analyst' })).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('只保留了开头'),
    });
  });

  test('is paged newest first and filtered', async () => {
    const rows = Array.from({ length: 7 }, (_unused, index) => ({ ...BROKEN, id: `Q${index}` }));
    const { service } = await refusedRows('paged', rows);
    const first = await service.list({ source: 'paged', state: 'open', type: 'directory.unit', limit: 4 });
    const second = await service.list({ source: 'paged', limit: 4, beforeId: first.at(-1)?.id ?? 0 });
    expect([...first, ...second].map(({ recordId }) => recordId)).toEqual(['Q6', 'Q5', 'Q4', 'Q3', 'Q2', 'Q1', 'Q0']);
    expect(await service.list({ source: 'paged', state: 'replayed', limit: 4 })).toEqual([]);
  });
});

test('an upstream that changed its format is stopped before it fills the quarantine', async () => {
  const rows = Array.from({ length: 10_001 }, (_unused, index) => ({ nummer: `N${index}` }));
  await refusedRows('format', rows);
  expect(await fixture.parts.sources.find('format')).toMatchObject({
    state: 'failing',
    error: expect.stringContaining('上游格式可能变了'),
  });
});
