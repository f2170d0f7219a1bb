import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readMapping } from '@tianyan/contracts';
import { utils, write } from '@e965/xlsx';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRows } from './file-rows.js';
import type { SheetName } from './sheet-choice.js';
import { zipOf, type ZipPart } from './zip.test-fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-ods-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { file: FORMAT } = readMapping(
  JSON.stringify({
    mapping: 'ods',
    label: '开放文档',
    file: { header: ['编号', '内容'] },
    records: [{ type: 'directory.unit', id: '编号', at: '编号', fields: {} }],
  }),
);

let unread: readonly SheetName[] = [];

async function rowsOf(bytes: Buffer, limit = Infinity) {
  if (!FORMAT) throw new Error('the mapping has a file section');
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const rows = [];
  for await (const { row } of fileRows(path, FORMAT, { onUnread: (sheets) => (unread = sheets) })) {
    rows.push(row);
    if (rows.length >= limit) break;
  }
  return rows;
}

const SPREADSHEET = 'application/vnd.oasis.opendocument.spreadsheet';
const NAMESPACES = ['office', 'style', 'table', 'text', 'calcext', 'draw', 'dc']
  .map((prefix) => `xmlns:${prefix}="urn:${prefix}"`)
  .join(' ');

/** As LibreOffice writes it. */
function ods(tables: string, first: readonly ZipPart[] = [], mimetype = SPREADSHEET): Buffer {
  const styles =
    '<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>' +
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>';
  const content = `<?xml version="1.0" encoding="UTF-8"?><office:document-content ${NAMESPACES}>${styles}<office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`;
  return zipOf([
    { name: 'mimetype', content: mimetype },
    ...first,
    { name: 'META-INF/manifest.xml', content: '<manifest:manifest xmlns:manifest="urn:m"/>' },
    { name: 'content.xml', content },
  ]);
}

const table = (rows: string, name = '台账', style = 'ta1') =>
  `<table:table table:name="${name}" table:style-name="${style}"><table:table-column/>${rows}</table:table>`;
const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`;
const text = (content: string, attributes = '') =>
  `<table:table-cell office:value-type="string" ${attributes}><text:p>${content}</text:p></table:table-cell>`;
const value = (type: string, stated: string, shown: string) => {
  const name = ['float', 'percentage', 'currency'].includes(type) ? 'value' : `${type}-value`;
  return `<table:table-cell office:value-type="${type}" office:${name}="${stated}" calcext:value-type="${type}"><text:p>${shown}</text:p></table:table-cell>`;
};
const HEADER = row(text('编号') + text('内容'));
const EMPTY_END = row('<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="1048000"');

describe('a cell', () => {
  test.each<[string, string, unknown]>([
    ['a plain number', value('float', '1.5', '1.5'), 1.5],
    ['an amount with more decimals than are shown', value('float', '1234.567', '1,234.57'), 1234.567],
    ['money', value('currency', '12.345', '￥12.35'), 12.345],
    ['a share', value('percentage', '0.123', '12%'), 0.123],
    ['an amount with its unit', value('float', '12', '12元'), 12],
    ['leading zeros', value('float', '123', '000123'), '000123'],
    ['a code with letters', value('float', '12', 'JS0012'), 'JS0012'],
    ['a code in groups', value('float', '10012', '001-0012'), '001-0012'],
    ['a fraction under a code', value('float', '12.5', 'JS0013'), 12.5],
    ['a number whose digits are lost', value('float', '320921199001010000', '3.20921E+17'), '3.20921E+17'],
    ['a date', value('date', '2023-03-05', '2023年3月5日'), '2023-03-05'],
    ['a date with a time', value('date', '2023-03-05T09:29:59.999999999', '09:30'), '2023-03-05 09:30:00'],
    ['midnight', value('date', '2023-03-05T00:00:00', '3月5日'), '2023-03-05'],
    ['a time', value('time', 'PT18H00M00S', '18:00'), '18:00:00'],
    ['a duration', value('time', 'PT36H00M00S', '36:00'), '36:00'],
    ['a flag', value('boolean', 'true', 'TRUE'), true],
    ['an error', '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>', '#N/A'],
    ['a code of figures that is a text', text('001'), '001'],
    ['a text in parts', text('响水县<text:span>某某</text:span>\n  <text:a>农业</text:a><text:s text:c="2"/>合作社 '), '响水县某某 农业  合作社'],
    ['a text of two paragraphs', text('一<text:line-break/>二</text:p><text:p>三'), '一\n二\n三'],
    ['a text with a note beside it', text('甲</text:p><office:annotation><dc:creator>某人</dc:creator><text:p>批注</text:p></office:annotation><text:p>乙'), '甲\n乙'],
  ])('%s', async (_name, cell, expected) => {
    const [found] = await rowsOf(ods(table(HEADER + row(text('x') + cell) + EMPTY_END)));
    expect(found).toEqual({ 编号: 'x', 内容: expected });
  }); // prettier-ignore
});

describe('rows and columns', () => {
  test('that repeat are so many; empty ones are none', async () => {
    const rows = [
      row('<table:table-cell/>', 'table:number-rows-repeated="3"'),
      HEADER,
      row(text('a', 'table:number-columns-repeated="2"'), 'table:number-rows-repeated="3"'),
      row('<table:table-cell table:number-columns-repeated="2"/>', 'table:number-rows-repeated="40"'),
      row(`<table:table-cell/>${text('b')}<table:table-cell table:number-columns-repeated="16382"/>`),
      EMPTY_END,
    ];
    expect(await rowsOf(ods(table(rows.join(''))))).toEqual([
      ...Array.from({ length: 3 }, () => ({ 编号: 'a', 内容: 'a' })),
      { 编号: null, 内容: 'b' },
    ]);
  });

  test('of a merged cell have its value', async () => {
    const covered = '<table:covered-table-cell/>';
    const rows = [
      HEADER,
      row(text('1') + text('甲村', 'table:number-rows-spanned="3" table:number-columns-spanned="1"')),
      row(text('2') + covered),
      row(text('3') + '<table:covered-table-cell office:value-type="string"><text:p>盖住的</text:p></table:covered-table-cell>'),
      row(text('4')),
    ];
    expect((await rowsOf(ods(table(rows.join(''))))).map((found) => found?.['内容'])).toEqual(['甲村', '甲村', '甲村', null]);
  });

  test('without end cost nothing until they are asked for', async () => {
    const bomb = ods(table(HEADER + row(text('a') + text('b'), 'table:number-rows-repeated="2000000000"')));
    expect(await rowsOf(bomb, 3)).toHaveLength(3);
    const wide = ods(table(HEADER + row(text('a', 'table:number-columns-repeated="2000000000"'))));
    await expect(rowsOf(wide)).rejects.toThrow('超过 16384 列');
  });
});

test('the first sheet that is shown is read; the others are named, and what another file said is no sheet', async () => {
  const sheet = (name: string, style: string) => table(HEADER + row(text(name) + text('x')), name, style);
  const cached = `<table:table table:name="'file:///a.ods'#$S" table:style-name="ta2"><table:table-source/>${HEADER}</table:table>`;
  const blank = table(EMPTY_END, '空表');
  const bytes = ods(sheet('枚举', 'ta2') + sheet('今年', 'ta1') + blank + sheet('说明', 'ta1') + cached);
  expect(await rowsOf(bytes)).toEqual([{ 编号: '今年', 内容: 'x' }]);
  expect(unread).toMatchObject([
    { name: '枚举', hidden: true },
    { name: '说明', hidden: false },
  ]);
});

test('a file of another program is read too, pictures first', async () => {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([['编号', '内容'], ['001', '县住建局']]), '台账'); // prettier-ignore
  expect(await rowsOf(write(book, { bookType: 'ods', type: 'buffer' }) as Buffer)).toEqual([{ 编号: '001', 内容: '县住建局' }]); // as asked for
  const picture = { name: 'Pictures/1.png', content: Buffer.alloc(200_000, 7) };
  expect(await rowsOf(ods(table(HEADER + row(text('1') + text('甲'))), [picture]))).toEqual([{ 编号: '1', 内容: '甲' }]);
});

describe('what cannot be read says why', () => {
  const part = (name: string) =>
    zipOf([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name, content: 'x' },
    ]);
  const locked = zipOf([
    { name: 'mimetype', content: SPREADSHEET },
    { name: 'content.xml', content: 'not XML any more' },
    {
      name: 'META-INF/manifest.xml',
      content: '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>',
    },
  ]);

  test.each<[string, Buffer, string]>([
    ['a text of Word', part('word/document.xml'), '这是 Word 文档（.docx）'],
    ['slides', part('ppt/presentation.xml'), '这是 PowerPoint 演示文稿'],
    ['a binary workbook', part('xl/workbook.bin'), '这是 Excel 二进制工作簿（.xlsb）'],
    ['an OpenDocument text', ods('', [], 'application/vnd.oasis.opendocument.text'), '不是表格（.ods）'],
    ['a locked table', locked, '设了密码'],
    [
      'broken XML',
      zipOf([
        { name: 'mimetype', content: SPREADSHEET },
        { name: 'content.xml', content: '<a><b></a>' },
      ]),
      '内容无法读取',
    ],
    ['no sheet', ods(''), '没有工作表'],
  ])('%s', async (_name, bytes, message) => {
    await expect(rowsOf(bytes)).rejects.toThrow(message);
  });
});
