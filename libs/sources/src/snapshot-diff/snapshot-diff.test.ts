import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitRows } from '../upstream.test-fixture.js';
import { ALWAYS_ALLOWED_VANISHED } from './with-deletions.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await fixture.stop();
});

/** A feed whose every answer is the whole list; `list` sets what it says next. */
async function fullList(source: string) {
  let rows: unknown[] = [];
  const upstream = await startUpstream(() => ({ body: { rows } }));
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `
source: ${source}
label: 全量
kind: http-pull
baseUrl: ${upstream.url}
everyMs: 1000
feeds: [{ feed: units, label: 单位, path: /units, rows: rows, mapping: mappings/units.yaml, snapshot: full }]
`,
  });
  const connector = fixture.connector(loaded);
  await connector.register();
  const known: string[] = [];
  return {
    /** What was published because the list is now this one, sorted. */
    async becomes(list: unknown[]) {
      rows = list;
      await connector.poll(source, 'units');
      const fresh = (await fixture.published('directory.unit')).map(({ value }) => value);
      // Messages of several partitions come in no common order, so the known ones are crossed out one by one.
      for (const value of known) fresh.splice(fresh.indexOf(value), 1);
      known.push(...fresh);
      return fresh
        .map((value) => JSON.parse(value) as Record<string, unknown>)
        .filter((record) => record['source'] === source)
        .toSorted((a, b) => String(a['id']).localeCompare(String(b['id'])))
        .map(({ id, op, name, version }) => (op === 'delete' ? [id, op, version] : [id, op, name]));
    },
    status: () => fixture.parts.sources.find(source),
    quarantined: () => fixture.parts.quarantine.list({ source, limit: 10 }),
  };
}

describe('a source that only knows its present state', () => {
  test('yields what is new, changed and gone, and nothing when nothing changed', async () => {
    const units = await fullList('changes');
    const [one, two, three] = unitRows(1, 3);
    expect(await units.becomes([one, two])).toEqual([
      ['U1', 'upsert', '单位1'],
      ['U2', 'upsert', '单位2'],
    ]);
    expect(await units.becomes([two, one])).toEqual([]);
    expect(await units.becomes([{ ...one, name: '改名', version: 2 }, three])).toEqual([
      ['U1', 'upsert', '改名'],
      ['U2', 'delete', 1],
      ['U3', 'upsert', '单位3'],
    ]);
    // Back as it was before: that is news, too.
    expect(await units.becomes([one, three])).toEqual([['U1', 'upsert', '单位1']]);
  });

  test('deletes under the last version, so that the record can come back', async () => {
    const units = await fullList('back');
    const [one, two] = unitRows(1, 2, 7);
    await units.becomes([one, two]);
    expect(await units.becomes([one])).toEqual([['U2', 'delete', 7]]);
    expect(await units.becomes([one, two])).toEqual([['U2', 'upsert', '单位2']]);
  });

  test('keeps a record whose row is broken, and deletes nothing while nobody knows whose row is broken', async () => {
    const units = await fullList('broken');
    const [one, two, three] = unitRows(1, 3);
    await units.becomes([one, two, three]);
    expect(await units.becomes([{ ...one, name: '' }, two])).toEqual([['U3', 'delete', 1]]);
    expect(await units.becomes([{ ...one, id: null }])).toEqual([]);
    expect(await units.quarantined()).toHaveLength(2);
    expect(await units.becomes([one])).toEqual([['U2', 'delete', 1]]);
  });

  test('that suddenly lacks a large part is not believed', async () => {
    const units = await fullList('half');
    const all = unitRows(1, 3 * ALWAYS_ALLOWED_VANISHED);
    await units.becomes(all);
    expect(await units.becomes(all.slice(0, ALWAYS_ALLOWED_VANISHED))).toEqual([]);
    expect(await units.status()).toMatchObject({ state: 'waiting', error: expect.stringContaining('没有删除任何记录') });
    // An empty answer is the same mistake.
    expect(await units.becomes([])).toEqual([]);
    expect(await units.becomes(all.slice(1))).toEqual([['U1', 'delete', 1]]);
  });
});
