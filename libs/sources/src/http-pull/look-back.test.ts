import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => fixture.stop());

interface Stored {
  id: string;
  updated: string;
}

/** Chinese wall-clock time of an instant of 2026-07-01, in seconds after eight. */
const at = (seconds: number) => new Date(Date.UTC(2026, 6, 1, 8, 0, seconds)).toISOString().slice(0, 19).replace('T', ' ');

/**
 * An upstream as they are: `updated > since`, ordered by time, cut into pages, the cursor is the time of the last row. Rows
 * with one time are on both sides of a page's end, and what is committed late carries an earlier time.
 */
async function changes(source: string, options: { pageSize: number; cursor?: string; time?: (text: string) => unknown }) {
  const { pageSize, cursor = "{ path: next, start: '' }", time = (text: string) => text } = options;
  const table: Stored[] = [];
  const asked: string[] = [];
  const upstream = await startUpstream(({ query }) => {
    const since = query.get('since') ?? '';
    asked.push(since);
    const ready = table
      .filter(({ updated }) => String(time(updated)) > since)
      .toSorted((a, b) => a.updated.localeCompare(b.updated) || a.id.localeCompare(b.id));
    const page = ready.slice(0, pageSize);
    const rows = page.map(({ id }) => ({ id, name: id, version: 1, changedAtMs: Date.UTC(2026, 5, 1) }));
    const last = page.at(-1);
    return { body: { rows, next: last ? time(last.updated) : null, more: ready.length > pageSize } };
  });
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `{ source: ${source}, label: 变更, kind: http-pull, baseUrl: '${upstream.url}', everyMs: 1000,
      feeds: [{ feed: units, label: 单位, path: /, cursor: { since: ${cursor} }, rows: rows, more: more, mapping: mappings/units.yaml }] }`,
  });
  const connector = fixture.connector(loaded);
  await connector.register();
  return {
    table,
    asked,
    poll: () => connector.poll(source, 'units'),
    cursor: () => fixture.parts.sources.cursor(source, 'units'),
    error: async () => (await fixture.parts.sources.find(source))?.error,
    published: async () =>
      (await fixture.published('directory.unit'))
        .map(({ value }) => JSON.parse(value) as Record<string, unknown>)
        .filter((record) => record['source'] === source)
        .map(({ id }) => String(id))
        .toSorted(),
  };
}

describe('a cursor that is a time', () => {
  test('misses no row that shares the time of a page’s last one', async () => {
    const units = await changes('ties', { pageSize: 3 });
    const seconds = { A: 0, B: 1, C: 1, D: 1, E: 2, F: 2, G: 2, H: 3 };
    units.table.push(...Object.entries(seconds).map(([id, after]) => ({ id, updated: at(after) })));
    await units.poll();
    // Without looking back D, behind the page that ends with C, would never be read.
    expect([...new Set(await units.published())]).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
  });

  test('brings what was committed late, and publishes nothing twice', async () => {
    const units = await changes('late', { pageSize: 10 });
    units.table.push({ id: 'A', updated: at(100) });
    await units.poll();
    units.table.push({ id: 'B', updated: at(130) }, { id: 'same-time', updated: at(100) }, { id: 'late', updated: at(45) });
    await units.poll();
    await units.poll();
    await units.poll();
    expect(await units.published()).toEqual(['A', 'A', 'B', 'late', 'same-time']);
    expect(units.asked).toEqual(['', at(40), at(70), at(70)]);
    expect(await units.cursor()).toBe(JSON.stringify({ since: at(130) }));
  });

  test('never loses ground while rows are read again in small pages', async () => {
    const units = await changes('small-pages', { pageSize: 2 });
    units.table.push(...Array.from({ length: 20 }, (_unused, index) => ({ id: `U${index}`, updated: at(index * 5) })));
    await units.poll();
    const before = await units.cursor();
    units.table.push({ id: 'new', updated: at(96) });
    await units.poll();
    expect(await units.cursor()).toBe(JSON.stringify({ since: at(96) }));
    expect(before).toBe(JSON.stringify({ since: at(95) }));
    expect(new Set(await units.published()).size).toBe(21);
  });

  test.each<[string, (text: string) => unknown]>([
    ['ms', (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`)],
    ['seconds', (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000],
    ['compact', (text: string) => text.replaceAll(/[-: ]/g, '')],
    ['iso', (text: string) => `${text.replace(' ', 'T')}.000+08:00`],
  ])('is moved back in its own spelling where the configuration says so: %s', async (source, time) => {
    const units = await changes(`spelled-${source}`, {
      pageSize: 10,
      cursor: '{ path: next, start: 0, lookBackSeconds: 30 }',
      time,
    });
    units.table.push({ id: 'A', updated: at(100) });
    await units.poll();
    await units.poll();
    expect(units.asked).toEqual(['0', String(time(at(70)))]);
  });

  test('stays where it is without looking back, and where it is nothing that could be moved', async () => {
    const units = await changes('none', { pageSize: 10, cursor: "{ path: next, start: '', lookBackSeconds: 0 }" });
    units.table.push({ id: 'A', updated: at(100) });
    await units.poll();
    await units.poll();
    expect(units.asked).toEqual(['', at(100)]);
    const opaque = await changes('opaque', { pageSize: 10, time: (text) => `token:${text}` });
    opaque.table.push({ id: 'A', updated: at(100) });
    await opaque.poll();
    await opaque.poll();
    expect(opaque.asked).toEqual(['', `token:${at(100)}`]);
    const wrong = await changes('wrong', {
      pageSize: 10,
      time: (text) => `token:${text}`,
      cursor: "{ path: next, start: '', lookBackSeconds: 5 }",
    });
    wrong.table.push({ id: 'A', updated: at(100) });
    await wrong.poll();
    await wrong.poll();
    expect(await wrong.error()).toContain('不能回看');
  });
});

test('pages by position that shift while they are read lose no row within the look-back', async () => {
  const list = Array.from({ length: 10 }, (_unused, index) => `U${index}`);
  let count = 0;
  const upstream = await startUpstream(({ query }) => {
    // Between the first and the second page one row is deleted: all others move up by one.
    if (++count === 2) list.shift();
    const from = Number(query.get('offset'));
    const rows = list.slice(from, from + 4).map((id) => ({ id, name: id, version: 1, changedAtMs: Date.UTC(2026, 5, 1) }));
    return { body: { rows, next: from + rows.length, more: from + rows.length < list.length } };
  });
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, 'offsets'), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `{ source: offsets, label: 变更, kind: http-pull, baseUrl: '${upstream.url}', everyMs: 1000,
      feeds: [{ feed: units, label: 单位, path: /, cursor: { offset: { path: next, start: 0, lookBack: 2 } }, rows: rows, more: more, mapping: mappings/units.yaml }] }`,
  });
  const connector = fixture.connector(loaded);
  await connector.register();
  await connector.poll('offsets', 'units');
  const keys = (await fixture.published('directory.unit'))
    .filter(({ value }) => value.includes('"offsets"'))
    .map(({ key }) => key);
  expect(keys.toSorted()).toEqual(Array.from({ length: 10 }, (_unused, index) => `U${index}`));
});
