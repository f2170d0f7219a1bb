import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readMapping } from '@tianyan/contracts';
import { isClear, placesOf, spoilt, withUnknownItem, WRONG, type Json, type Path } from '@tianyan/contracts/testing';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { UNIT_MAPPING } from '../upstream.test-fixture.js';
import { loadSources, SANDBOX_SOURCES } from './load-sources.js';

const FEED = { feed: 'units', label: '单位', mapping: 'units.mapping' };
const SOURCES: Record<string, Json> = {
  'http-pull': {
    source: 'units',
    label: '单位',
    kind: 'http-pull',
    baseUrl: 'http://10.0.0.1',
    headers: { authorization: 'Bearer x' },
    everyMs: 1_000,
    timeoutMs: 5_000,
    charset: 'gb18030',
    feeds: [
      {
        ...FEED,
        path: '/units',
        query: { pageSize: 100 },
        cursor: { since: { path: 'next', start: 0, lookBackSeconds: 300 } },
        rows: 'data.rows',
        more: 'data.more',
        success: { path: 'code', is: [0, '200'] },
        everyMs: 60_000,
        snapshot: 'full',
      },
    ],
  },
  'file-drop': {
    source: 'units',
    label: '单位',
    kind: 'file-drop',
    folder: '/data/drop',
    everyMs: 1_000,
    feeds: [{ ...FEED, files: '单位_*.xlsx', snapshot: 'none' }],
  },
  webhook: { source: 'units', label: '单位', kind: 'webhook', secret: 'unitsPush', feeds: [{ ...FEED, rows: 'data.rows' }] },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-spoilt-'));
  await writeFile(join(folder, 'units.mapping'), UNIT_MAPPING);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is said of a document, in lines; none if it is sound. */
function linesOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n'); // both throw errors only
  }
}

async function saidOfSource(source: Json): Promise<string[]> {
  const file = join(folder, 'source.yaml');
  await writeFile(file, JSON.stringify(source));
  return linesOf(() => loadSources(file, { values: {}, secrets: {} }));
}

const saidOfMapping = (mapping: Json): Promise<string[]> => Promise.resolve(linesOf(() => readMapping(JSON.stringify(mapping))));

/** `records.0.when` as the messages write it. */
const placeName = (place: Path) => place.map((key) => (typeof key === 'number' ? `第 ${key + 1} 个` : key)).join(' → ');

/** The mistakes of spoilt documents that are told neither clearly nor at the place, what it stands in, or something in either. */
async function unclear(said: (document: Json) => Promise<string[]>, wrong: { place: Path; spoiltDocument: Json }[]) {
  const found: string[] = [];
  let told = 0;
  for (const { place, spoiltDocument } of wrong) {
    const lines = (await said(spoiltDocument)).slice(1);
    const around = placeName(place.slice(0, -1));
    const near = lines.some((line) => around === '' || line.trim().startsWith(around));
    told += lines.length;
    if ((lines.length > 0 && !near) || !lines.every((line) => isClear(line)))
      found.push(`${placeName(place)} ⇒ ${lines.join(' | ')}`);
  }
  return { found, told };
}

const shippedMapping = async (name: string) => parse(await readFile(join(SANDBOX_SOURCES, 'mappings', name), 'utf8')) as Json;

describe.each([
  ...Object.entries(SOURCES).map(([kind, source]) => [`a source ${kind}`, saidOfSource, () => Promise.resolve(source)] as const),
  ...['assets-contracts.yaml', 'hotline-orders.yaml', 'hotline-flows.yaml'].map(
    (name) => [`the mapping ${name}`, saidOfMapping, () => shippedMapping(name)] as const,
  ),
])('whatever is spoilt in %s', (_what, said, document) => {
  test('it is sound before', async () => {
    expect(await said(await document())).toEqual([]);
  });

  test.each(WRONG)('%s: is told in Chinese, where, and what is wanted', async (_name, put) => {
    const sound = await document();
    const wrong = placesOf(sound).map((place) => ({ place, spoiltDocument: spoilt(sound, place, put) }));
    const { found, told } = await unclear(said, wrong);
    expect(found).toEqual([]);
    expect(told).toBeGreaterThan(0);
  });

  test('an item too many: is told', async () => {
    const wrong = withUnknownItem(await document()).map((one) => ({ ...one, place: [...one.place, 'unknown'] }));
    expect((await unclear(said, wrong)).found).toEqual([]);
  });
});
