import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readMapping, type FileFormat } from '@tianyan/contracts';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SourceRow } from '../pipeline/row.js';
import { filePages, fileRows } from './file-rows.js';
import { MAX_CELL_CHARS, MAX_PAGE_CHARS, MAX_ROW_BYTES } from './limits.js';
import { sheetXml, workbookParts, zipOf } from './zip.test-fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-bad-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function format(options: Partial<FileFormat> = {}): FileFormat {
  const { file } = readMapping(
    JSON.stringify({
      mapping: 'bad',
      label: '坏文件',
      file: { header: ['编号', '内容'], ...options },
      records: [{ type: 'directory.unit', id: '编号', at: '编号', fields: {} }],
    }),
  );
  if (!file) throw new Error('the mapping has a file section');
  return file;
}

let files = 0;
async function rowsOf(content: Buffer | string, options: Partial<FileFormat> = {}): Promise<SourceRow[]> {
  const path = join(folder, `file-${++files}`);
  await writeFile(path, content);
  const rows: SourceRow[] = [];
  for await (const row of fileRows(path, format(options))) rows.push(row);
  return rows;
}
const cells = (rows: readonly SourceRow[]) => rows.map(({ row }) => row);

describe('a file that is no table', () => {
  test.each<[string, () => Buffer | string, string]>([
    ['empty', () => '', '文件是空的'],
    ['only blanks', () => '\n\n\n', '找不到表头'],
    ['another table', () => 'a,b\n1,2\n', '需要有这些列：编号、内容'],
    ['random bytes', () => Buffer.from(Array.from({ length: 4096 }, (_unused, index) => (index * 7919) % 251)), '找不到表头'],
    ['an old workbook', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), '另存为 .xlsx'],
    ['a quote that never ends', () => `编号,内容\n1,"${'长'.repeat(100)}\n2,x\n`, '没有成对的引号'],
    ['a row without end', () => `编号,内容\n1,"${'x'.repeat(MAX_ROW_BYTES + 1)}`, '有一行超过 16 MB'],
    ['a cut archive', () => gzipSync('编号,内容\n1,x\n').subarray(0, 25), '压缩文件（.gz）损坏'],
    [
      'a damaged archive',
      () => Buffer.concat([gzipSync('编号,内容\n1,x\n').subarray(0, 12), Buffer.alloc(4096, 7)]),
      '压缩文件（.gz）损坏',
    ],
    ['a cut workbook', () => zipOf(workbookParts(sheetXml([['编号', '内容']]))).subarray(0, 300), '不是有效的工作簿'],
    ['an archive that is no workbook', () => zipOf([{ name: 'readme.txt', content: 'hello' }]), '不是 XLSX 工作簿'],
    ['broken XML', () => zipOf(workbookParts('<worksheet><sheetData><row><c></row>')), '工作簿的内容无法读取'],
  ])('%s', async (_name, content, message) => {
    await expect(rowsOf(content())).rejects.toMatchObject({
      name: 'FileRefusedError',
      message: expect.stringMatching(new RegExp(message)),
    });
  });

  test('a sheet that is not there', async () => {
    const workbook = zipOf(workbookParts(sheetXml([['编号', '内容']])));
    await expect(rowsOf(workbook, { sheet: '二月' })).rejects.toThrow('没有名为“二月”的工作表');
  });
});

describe('a bomb', () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);

  test('in a workbook is refused before it is unpacked', async () => {
    const bomb = zipOf([...workbookParts(sheetXml([['编号', '内容']])), { name: 'xl/sharedStrings.xml', content: zeros }]);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(rowsOf(bomb)).rejects.toThrow('疑似压缩炸弹');
  });

  test('that lies about its size is stopped while it is counted', async () => {
    const bomb = zipOf([{ name: 'xl/sharedStrings.xml', content: zeros, declaredBytes: 1000 }]);
    await expect(rowsOf(bomb)).rejects.toThrow('已拒绝');
  });

  test('of very many parts', async () => {
    const parts = Array.from({ length: 1_001 }, (_unused, index) => ({ name: `part${index}.xml`, content: '' }));
    await expect(rowsOf(zipOf(parts))).rejects.toThrow('部件超过 1000 个');
  });

  test('of entities that call each other is not unfolded', async () => {
    const entities = ['<!ENTITY a0 "ha">', ...Array.from({ length: 30 }, (_unused, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`)];
    const xml = sheetXml(
      [
        ['编号', '内容'],
        ['1', '&a30;'],
      ],
      `<!DOCTYPE worksheet [${entities.join('')}]>`,
    );
    await expect(rowsOf(zipOf(workbookParts(xml)))).rejects.toThrow('工作簿的内容无法读取');
  });

  test('that names a file of this machine does not read it', async () => {
    const prolog = '<!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/passwd">]>';
    const xml = sheetXml(
      [
        ['编号', '内容'],
        ['1', '&secret;'],
      ],
      prolog,
    );
    await expect(rowsOf(zipOf(workbookParts(xml)))).rejects.toThrow('工作簿的内容无法读取');
  });
});

describe('a cell', () => {
  test('of ten megabytes is set aside, and the rows around it are read', async () => {
    const rows = await rowsOf(`编号,内容\n1,a\n2,${'x'.repeat(10 * 1024 * 1024)}\n3,c\n`);
    expect(rows.map(({ problem }) => problem)).toEqual([
      undefined,
      `单元格过长：“内容”有 10485760 字，最多 ${MAX_CELL_CHARS} 字`,
      undefined,
    ]);
  });

  test('repeated without end does not fill the memory', async () => {
    const cell = 'x'.repeat(1024 * 1024);
    async function* endless(): AsyncGenerator<SourceRow> {
      for (let count = 0; count < 100; count++) yield { row: { 内容: cell }, raw: JSON.stringify({ 内容: cell }) };
    }
    for await (const page of filePages(endless())) {
      const chars = page.rows.reduce((sum, { raw }) => sum + raw.length, 0);
      expect(chars).toBeLessThan(MAX_PAGE_CHARS + 2 * cell.length);
    }
  });

  test('that looks like a formula is a text; a real formula counts as its last result', async () => {
    expect(cells(await rowsOf(`编号,内容\n1,"=cmd|'/C calc'!A0"\n2,@SUM(1)\n`))).toEqual([
      { 编号: '1', 内容: "=cmd|'/C calc'!A0" },
      { 编号: '2', 内容: '@SUM(1)' },
    ]);
    const workbook = new exceljs.Workbook();
    const sheet = workbook.addWorksheet('s');
    sheet.addRow(['编号', '内容']);
    sheet.addRow([1, { formula: 'WEBSERVICE("http://127.0.0.1:9/steal")', result: '上次的结果' }]);
    sheet.addRow([2, { formula: '1+1' }]);
    sheet.addRow([3, { error: '#REF!' }]);
    sheet.addRow([4, { text: '网址', hyperlink: 'javascript:alert(1)' }]);
    expect(cells(await rowsOf(Buffer.from(await workbook.xlsx.writeBuffer())))).toEqual([
      { 编号: 1, 内容: '上次的结果' },
      { 编号: 2, 内容: null },
      { 编号: 3, 内容: '#REF!' },
      { 编号: 4, 内容: '网址' },
    ]);
  });
});

describe('columns', () => {
  test('of one name do not hide each other', async () => {
    expect(cells(await rowsOf('编号,内容,内容,,\n1,a,b,c,d\n'))).toEqual([
      { 编号: '1', 内容: 'a', '内容（2）': 'b', '第 4 列': 'c', '第 5 列': 'd' },
    ]);
  });

  test('may be two hundred', async () => {
    const names = Array.from({ length: 198 }, (_unused, index) => `列${index}`);
    const [row] = await rowsOf(`编号,内容,${names.join(',')}\n1,x,${names.map((_name, index) => index).join(',')}\n`);
    expect(Object.keys(row?.row ?? {})).toHaveLength(200);
    expect(row?.row?.['列197']).toBe('197');
  });

  test('called like parts of the language are only names', async () => {
    const [row] = await rowsOf('编号,内容,__proto__,constructor,toString\n1,x,p,c,t\n');
    expect(JSON.parse(row?.raw ?? '')).toMatchObject({ constructor: 'c', toString: 't' });
    expect(Object.entries(row?.row ?? {})).toContainEqual(['__proto__', 'p']);
    expect(Object.getPrototypeOf({})).not.toBe('p');
  });

  test('beyond the header set that row aside with all it had; those a spreadsheet left out at the end are empty', async () => {
    const rows = await rowsOf('编号,内容\n1\n2,b,c\n3,d\n');
    expect(rows.map(({ problem }) => problem)).toEqual([undefined, '列数不对：表头有 2 列，这一行有 3 列', undefined]);
    expect(rows[0]?.row).toEqual({ 编号: '1', 内容: null });
    expect(JSON.parse(rows[1]?.raw ?? '')).toEqual({ 编号: '2', 内容: 'b', '（多出的列）': ['c'] });
  });
});

test('line ends of several kinds in one file are all line ends', async () => {
  const rows = await rowsOf('编号,内容\r\n1,甲\n2,乙\r\n3,丙\n');
  expect(cells(rows)).toEqual(['甲', '乙', '丙'].map((内容, index) => ({ 编号: String(index + 1), 内容 })));
});

test('one cut character spoils its row and not the encoding of the file', async () => {
  const bytes = Buffer.concat([Buffer.from('编号,内容\n1,路口'), Buffer.from([0xe8, 0xb7]), Buffer.from('\n2,垃圾清运\n')]);
  const rows = await rowsOf(bytes);
  expect(rows.map(({ problem }) => problem)).toEqual(['“内容”中有无法识别的字（编码不对）', undefined]);
  expect(rows[1]?.row).toEqual({ 编号: '2', 内容: '垃圾清运' });
});

describe('an encoding', () => {
  const text = '编号,内容\n1,汉字\n';

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['UTF-16 with a mark', iconv.encode(text, 'utf-16le', { addBOM: true })],
    ['UTF-16, the other way round', iconv.encode(text, 'utf-16be', { addBOM: true })],
    ['packed', gzipSync(iconv.encode(text, 'gb18030'))],
  ])('%s is told by the bytes', async (_name, bytes) => {
    expect(cells(await rowsOf(bytes))).toEqual([{ 编号: '1', 内容: '汉字' }]);
  });

  test('that is not the one the mapping names is said to be so', async () => {
    await expect(rowsOf(iconv.encode(text, 'gb18030'), { encoding: 'utf-8' })).rejects.toThrow(
      '文件有乱码，编码可能与映射中声明的不同',
    );
  });

  test('is not another one because a character was cut in the middle', async () => {
    const cut = Buffer.from('编号,内容\n1,反映路灯不亮问题\n2,反映路口\n3,反映垃圾清运不及时\n');
    const at = cut.indexOf(Buffer.from('口')) + 2;
    const rows = await rowsOf(Buffer.concat([cut.subarray(0, at), cut.subarray(at + 1)]));
    expect(rows.map(({ problem }) => problem)).toEqual([undefined, '“内容”中有无法识别的字（编码不对）', undefined]);
    expect(rows[0]?.row).toEqual({ 编号: '1', 内容: '反映路灯不亮问题' });
  });

  test('broken in single rows sets those rows aside', async () => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0x32, 0x2c, 0xff, 0xfe, 0x0a]), Buffer.from('3,好\n')]);
    const rows = await rowsOf(bytes, { encoding: 'utf-8' });
    expect(rows.map(({ problem }) => problem)).toEqual([undefined, '“内容”中有无法识别的字（编码不对）', undefined]);
  });
});
