import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNIT_MAPPING } from '../upstream.test-fixture.js';
import { loadMapping, loadSources } from './load-sources.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-sources-'));
  await writeFile(join(folder, 'units.mapping'), UNIT_MAPPING);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is said of a source file; null if nothing. */
async function said(text: string): Promise<string | null> {
  const file = join(folder, 'source.yaml');
  await writeFile(file, text);
  try {
    loadSources(file, { values: {}, secrets: {} });
    return null;
  } catch (error) {
    return (error as Error).message; // loadSources throws errors only
  }
}

const FEED = 'feed: units, label: 单位, path: /, rows: rows, mapping: units.mapping';
const pull = (more: string, feeds = `{ ${FEED} }`) =>
  `{ source: units, label: 单位, kind: http-pull, baseUrl: 'http://10.0.0.1', everyMs: 1000, ${more} feeds: [${feeds}] }`;

describe('a mistake in a source file', () => {
  test.each([
    [
      'an unknown item',
      pull('timeout: 5,'),
      '文件：没有 timeout 这样的项，请检查拼写和缩进。可用的有：source、label、kind、baseUrl、headers、everyMs、timeoutMs、charset、feeds',
    ],
    [
      'one in a feed',
      pull('', `{ ${FEED}, snapshots: full }`),
      'feeds → 第 1 个：没有 snapshots 这样的项，请检查拼写和缩进。可用的有：feed、label、path、query、cursor、rows、more、success、mapping、everyMs、snapshot',
    ],
    [
      'one in a cursor',
      pull('', `{ ${FEED}, cursor: { since: { path: next, start: 0, lookback: 5 } } }`),
      'feeds → 第 1 个 → cursor → since：没有 lookback 这样的项，请检查拼写和缩进。可用的有：path、start、lookBack、lookBackSeconds',
    ],
    [
      'two ways to look back',
      pull('', `{ ${FEED}, cursor: { since: { path: next, start: 0, lookBack: 5, lookBackSeconds: 5 } } }`),
      'lookBack 和 lookBackSeconds 只能写一个',
    ],
    ['a missing item', pull('').replace('label: 单位, kind', 'kind'), 'label：缺少这一项'],
    ['another kind', pull('').replace('http-pull', 'ftp'), 'kind：只能是 http-pull、file-drop、webhook'],
    ['another value', pull('', `{ ${FEED}, snapshot: whole }`), 'feeds → 第 1 个 → snapshot：只能是 none、full'],
    ['another type', pull('').replace('everyMs: 1000', 'everyMs: often'), 'everyMs：应是整数，这里是文字'],
    ['no list', pull('').replace(/feeds: .*\] \}/, 'feeds: all }'), 'feeds：应是列表'],
    [
      'an address that is none',
      pull('').replace('http://10.0.0.1', '10.0.0.1'),
      'baseUrl：应是 http:// 或 https:// 开头的完整地址',
    ],
    ['a charset that is none', pull('charset: klingon,'), 'charset：不是可识别的字符集'],
    ['a name used twice', pull('', `{ ${FEED} }, { ${FEED} }`), 'feeds → 第 2 个 → feed：名称 units 已经用过'],
    ['a mapping that is not there', pull('', `{ ${FEED} }`).replace('units.mapping', 'no.mapping'), '没有这个映射文件：'],
    ['no YAML', 'source: [units\nkind: x', '不是有效的 YAML：第'],
    ['too many references', `a: &a [1]\nb: [${'*a,'.repeat(200)}]`, '不是有效的 YAML：以 *、& 开头的文字要加引号'],
    ['nothing', '', '文件：应是若干“名称: 值”，这里是空的'],
    ['a secret that is missing', pull("headers: { key: '${secret.none}' },"), '用到 ${secret.none}，但没有提供这个值'],
  ])('is told in Chinese with its place and what there is: %s', async (_name, text, words) => {
    const message = await said(text);
    expect(message).toContain(words);
    // Besides names of items and values nothing is in English.
    expect(message).not.toMatch(/Invalid|expected|received|Unrecognized|Required|at line/);
  });

  test('none, where there is none', async () => {
    expect(
      await said(
        pull(
          'charset: gb18030, headers: { a: b },',
          `{ ${FEED}, success: { path: code, is: [0, '0'] }, cursor: { since: { path: next, start: '', lookBackSeconds: 300 } } }`,
        ),
      ),
    ).toBeNull();
  });

  test('a file in another encoding is named', async () => {
    const file = join(folder, 'gbk.yaml');
    await writeFile(file, Buffer.from([0x6c, 0x3a, 0x20, 0xb5, 0xa5, 0xce, 0xbb])); // `l: 单位` in GB18030
    expect(() => loadSources(file, { values: {}, secrets: {} })).toThrow(/数据源文件 .*gbk\.yaml 不是 UTF-8 编码/);
    expect(() => loadMapping(file)).toThrow(/映射文件 .*gbk\.yaml 不是 UTF-8 编码，请在编辑器里另存为 UTF-8/);
  });

  test('a mapping that fits no record type is refused at once, with what there is', async () => {
    const file = join(folder, 'unfit.yaml');
    await writeFile(file, UNIT_MAPPING.replace('name: name', 'nam: name'));
    expect(() => loadMapping(file)).toThrow(/unfit\.yaml 无法使用：映射有误：.*没有字段 nam，可用的：.*name/s);
  });

  test('a mapping and a folder are looked for beside the source file, wherever the process was started', async () => {
    const file = join(folder, 'source.yaml');
    const drop = (path: string) =>
      `{ source: units, label: 单位, kind: file-drop, folder: ${path}, everyMs: 1000, feeds: [{ feed: units, label: 单位, files: '*', mapping: units.mapping }] }`;
    const folderOf = async (path: string) => {
      await writeFile(file, drop(path));
      return loadSources(file, { values: {}, secrets: {} }).map(({ config }) => config.kind === 'file-drop' && config.folder);
    };
    expect(await folderOf('./in/drop')).toEqual([join(folder, 'in/drop')]);
    expect(await folderOf('/data/drop')).toEqual(['/data/drop']);
  });

  test('a file that is not there is named', () => {
    expect(() => loadSources(join(folder, 'nowhere.yaml'), { values: {}, secrets: {} })).toThrow(
      /没有数据源文件或文件夹.*TIANYAN_SOURCES/,
    );
  });
});
