import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execute } from '@tianyan/postgres';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitRows, type UnitRow } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await fixture.stop();
});

interface Options {
  /** Rows of one answer; the cursor is the number of rows before. */
  pageSize?: number;
  feeds?: readonly string[];
}

/** Full lists over HTTP, one per feed. `lists` sets what the upstream says; `onRequest` may change it between two pages. */
async function fullLists(source: string, { pageSize = 1_000, feeds = ['units'] }: Options = {}) {
  const lists = new Map<string, UnitRow[]>();
  let onRequest: (count: number) => void = () => undefined;
  const upstream = await startUpstream(({ query, count }) => {
    onRequest(count);
    const list = lists.get(query.get('list') ?? '') ?? [];
    const from = Number(query.get('from'));
    const rows = list.slice(from, from + pageSize);
    return { body: { rows, next: from + rows.length, more: from + rows.length < list.length } };
  });
  stops.push(() => upstream.stop());
  const feed = (name: string) => `
  - feed: ${name}
    label: ${name}
    path: /
    query: { list: ${name} }
    cursor: { from: { path: next, start: 0 } }
    rows: rows
    more: more
    mapping: mappings/units.yaml
    snapshot: full`;
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `
source: ${source}
label: 全量
kind: http-pull
baseUrl: ${upstream.url}
everyMs: 1000
feeds:${feeds.map(feed).join('')}
`,
  });
  const connector = fixture.connector(loaded);
  await connector.register();
  return {
    upstream,
    lists,
    onRequest: (react: (count: number) => void) => void (onRequest = react),
    register: () => connector.register(),
    poll: (name = 'units') => connector.poll(source, name),
    status: async () => fixture.parts.sources.find(source),
    held: (name = 'units') => fixture.parts.held.find({ source, feed: name }),
    async decide(decision: 'delete' | 'discard', name = 'units') {
      const held = await this.held(name);
      await fixture.parts.held.decide({ source, feed: name }, { decision, heldAtMs: held?.heldAtMs ?? 0, actor: 'wang.gang' });
    },
    /** Ids of the deletions published so far, sorted. */
    async deleted() {
      const records = (await fixture.published('directory.unit')).map(
        ({ value }) => JSON.parse(value) as Record<string, unknown>,
      );
      return records
        .filter((record) => record['source'] === source && record['op'] === 'delete')
        .map(({ id }) => String(id))
        .toSorted();
    },
  };
}

const idsOf = (rows: readonly UnitRow[]) => rows.map(({ id }) => id).toSorted();

describe('a feed owns its rows', () => {
  test('the whole list of one says nothing about another of the same source and type', async () => {
    const two = await fullLists('two-feeds', { feeds: ['town-a', 'town-b'] });
    two.lists.set('town-a', unitRows(1, 3)).set('town-b', unitRows(11, 3));
    await two.poll('town-a');
    await two.poll('town-b');
    await two.poll('town-a');
    expect(await two.deleted()).toEqual([]);
    two.lists.set('town-b', unitRows(11, 2));
    await two.poll('town-b');
    expect(await two.deleted()).toEqual(['U13']);
  });

  test('a row that two feeds hold is gone when both have lost it, and is not published by turns', async () => {
    const two = await fullLists('shared-row', { feeds: ['town-a', 'town-b'] });
    const [shared, ...rest] = unitRows(1, 3);
    if (!shared) throw new Error('no row was made');
    two.lists.set('town-a', [shared, ...rest]).set('town-b', [{ ...shared, name: '另一个说法' }, ...unitRows(11, 2)]);
    await two.poll('town-a');
    await two.poll('town-b');
    expect(await two.poll('town-a')).toMatchObject({ accepted: 0 });
    expect(await two.poll('town-b')).toMatchObject({ accepted: 0 });
    two.lists.set('town-a', rest);
    await two.poll('town-a');
    expect(await two.deleted()).toEqual([]);
    // What the other one says of it holds now.
    expect(await two.poll('town-b')).toMatchObject({ accepted: 1 });
    two.lists.set('town-b', unitRows(11, 2));
    await two.poll('town-b');
    expect(await two.deleted()).toEqual(['U1']);
  });

  test('rows of before belong to the only feed of their type at once, else to the one that brings them', async () => {
    const unclaim = (source: string) => execute(fixture.pool, `UPDATE snapshot_row SET feed = '' WHERE source = $1`, [source]);
    const one = await fullLists('upgraded-one');
    one.lists.set('units', unitRows(1, 4));
    await one.poll();
    await unclaim('upgraded-one');
    await one.register();
    one.lists.set('units', unitRows(1, 3));
    expect(await one.poll()).toMatchObject({ repeated: 3, accepted: 1 });
    expect(await one.deleted()).toEqual(['U4']);

    const two = await fullLists('upgraded-two', { feeds: ['town-a', 'town-b'] });
    two.lists.set('town-a', unitRows(1, 3)).set('town-b', unitRows(11, 3));
    await two.poll('town-a');
    await two.poll('town-b');
    await unclaim('upgraded-two');
    await two.register();
    expect(await two.poll('town-a')).toMatchObject({ repeated: 3, accepted: 0 });
    expect(await two.poll('town-b')).toMatchObject({ repeated: 3, accepted: 0 });
    expect(await two.deleted()).toEqual([]);
    two.lists.set('town-b', unitRows(11, 2));
    await two.poll('town-b');
    expect(await two.deleted()).toEqual(['U13']);
  });
});

describe('a list in pages', () => {
  test('that broke off in the middle is read again from its first page, and deletes nothing before', async () => {
    const units = await fullLists('broke-off', { pageSize: 2 });
    units.lists.set('units', unitRows(1, 8));
    await units.poll();
    // What earlier versions kept of a run that died after its second page.
    await fixture.parts.sources.saveCursor('broke-off', 'units', '{"from":4}');
    await units.poll();
    await units.poll();
    expect(units.upstream.requests.map(({ query }) => query.get('from')).slice(4, 8)).toEqual(['0', '2', '4', '6']);
    expect(await units.deleted()).toEqual([]);
  });

  test('whose rows slip between two pages loses none of them', async () => {
    const units = await fullLists('slipped', { pageSize: 2 });
    const all = unitRows(1, 9);
    units.lists.set('units', all);
    await units.poll();
    // The first row goes while the second page is asked for: the third row is on no page of this reading.
    units.onRequest((count) => {
      if (count === 7) units.lists.set('units', all.slice(1));
    });
    await units.poll();
    expect(await units.deleted()).toEqual([]);
    // Only now the first row is missing from a whole reading, and gone when the next one lacks it too.
    await units.poll();
    expect(await units.deleted()).toEqual([]);
    await units.poll();
    expect(await units.deleted()).toEqual(['U1']);
  });

  test('that does not say whether there is more is not taken for whole', async () => {
    const upstream = await startUpstream(() => ({ body: { rows: unitRows(1, 2), next: 2 } }));
    stops.push(() => upstream.stop());
    const loaded = await sourcesFrom(join(fixture.folder, 'unsaid'), {
      'mappings/units.yaml': UNIT_MAPPING,
      'source.yaml': `{ source: unsaid, label: 全量, kind: http-pull, baseUrl: '${upstream.url}', everyMs: 1000, feeds: [
        { feed: units, label: 单位, path: /, cursor: { from: { path: next, start: 0 } }, rows: rows, more: hasMore, mapping: mappings/units.yaml, snapshot: full }] }`,
    });
    const connector = fixture.connector(loaded);
    await connector.register();
    await connector.poll('unsaid', 'units');
    expect((await fixture.parts.sources.find('unsaid'))?.error).toContain('hasMore');
  });
});

describe('a list that lacks too many rows', () => {
  test('waits for a person even if it is short: an empty answer deletes nothing', async () => {
    const units = await fullLists('emptied');
    units.lists.set('units', unitRows(1, 3));
    await units.poll();
    units.lists.set('units', []);
    await units.poll();
    await units.poll();
    expect(await units.deleted()).toEqual([]);
    expect(await units.status()).toMatchObject({
      state: 'waiting',
      error: 'units：名单比上次少了 3 条（原有 3 条），没有删除任何记录，等待确认',
      heldLists: [{ feed: 'units', fileName: null, missing: 3, known: 3, decision: null, decidedBy: null }],
    });
    // A whole list settles it without anybody.
    units.lists.set('units', unitRows(1, 3));
    await units.poll();
    expect(await units.status()).toMatchObject({ state: 'idle', error: null, heldLists: [] });
    expect(await units.deleted()).toEqual([]);
  });

  test('is deleted from when a person has confirmed it, but only what was missing then', async () => {
    const units = await fullLists('confirmed');
    const all = unitRows(1, 40);
    units.lists.set('units', all);
    await units.poll();
    units.lists.set('units', all.slice(0, 20));
    await units.poll();
    await units.decide('delete');
    // Before the next reading still more is gone: nobody has confirmed that.
    units.lists.set('units', all.slice(0, 5));
    await units.poll();
    expect(await units.deleted()).toEqual(idsOf(all.slice(20)));
    expect(await units.status()).toMatchObject({ state: 'waiting', heldLists: [{ missing: 15, known: 20, decision: null }] });
    await units.decide('delete');
    await units.poll();
    expect(await units.deleted()).toEqual(idsOf(all.slice(5)));
    expect(await units.status()).toMatchObject({ state: 'idle', heldLists: [] });
  });

  test('a confirmed row that comes back is not deleted', async () => {
    const units = await fullLists('came-back');
    const all = unitRows(1, 20);
    units.lists.set('units', all);
    await units.poll();
    units.lists.set('units', all.slice(0, 10));
    await units.poll();
    await units.decide('delete');
    units.lists.set('units', all.slice(0, 12));
    await units.poll();
    expect(await units.deleted()).toEqual(idsOf(all.slice(12)));
  });

  test('that a person has rejected is not asked about again until it lacks still more', async () => {
    const units = await fullLists('rejected');
    const all = unitRows(1, 40);
    units.lists.set('units', all);
    await units.poll();
    units.lists.set('units', all.slice(0, 20));
    await units.poll();
    await units.decide('discard');
    await units.poll();
    expect(await units.status()).toMatchObject({
      state: 'waiting',
      heldLists: [{ missing: 20, decision: 'discard', decidedBy: 'wang.gang' }],
    });
    units.lists.set('units', all.slice(0, 2));
    await units.poll();
    expect(await units.status()).toMatchObject({ heldLists: [{ missing: 38, decision: null }] });
    units.lists.set('units', all);
    await units.poll();
    expect(await units.status()).toMatchObject({ state: 'idle', heldLists: [] });
    expect(await units.deleted()).toEqual([]);
  });

  test('is decided about once, and only as it was shown', async () => {
    const units = await fullLists('decided');
    const all = unitRows(1, 40);
    units.lists.set('units', all);
    await units.poll();
    const name = { source: 'decided', feed: 'units' };
    const decision = { decision: 'delete', heldAtMs: 1, actor: 'wang.gang' } as const;
    await expect(fixture.parts.held.decide(name, decision)).rejects.toMatchObject({ code: 'not-found' });
    units.lists.set('units', all.slice(0, 20));
    await units.poll();
    await expect(fixture.parts.held.decide(name, decision)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('又有变化'),
    });
    await units.decide('delete');
    await expect(units.decide('discard')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('已经有人处理过'),
    });
  });
});
