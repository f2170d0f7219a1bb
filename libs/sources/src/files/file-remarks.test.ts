import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkMapping } from '@tianyan/contracts';
import { utils, write } from '@e965/xlsx';
import exceljs from 'exceljs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRemarks } from './file-remarks.js';
import { fileRows } from './file-rows.js';
import { TableReport } from './table-report.js';
import { zipOf } from './zip.test-fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-remarks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const mapping = checkMapping({
  mapping: 'payments',
  label: '收支',
  file: { header: ['凭证号', '金额'] },
  records: [
    {
      type: 'assets.payment',
      id: '凭证号',
      at: '日期',
      fields: { summary: { from: ['摘要', '事由'] }, amountFen: { from: '金额', as: 'yuan' }, account: '科目' },
    },
  ],
});

/** @param leftOut rows that the mapping did not want */
async function remarksOf(name: string, content: string | Uint8Array, leftOut = 0): Promise<string[]> {
  const path = join(folder, name);
  await writeFile(path, content);
  const report = new TableReport();
  // Only read to its end.
  for await (const row of fileRows(path, mapping.file ?? { header: [], encoding: 'auto', delimiter: ',', headerRows: 1 }, {
    report,
  }))
    expect(row.problem).toBeUndefined();
  return fileRemarks(mapping, report, leftOut).map(({ text }) => text);
}

test('a file with all columns and nothing but data says nothing', async () => {
  expect(await remarksOf('clean.csv', '凭证号,日期,事由,金额,科目\nP1,2026-06-01,甲,1,管理费\n')).toEqual([]);
});

test('columns that the mapping names and the file lacks, and the rows that are no data, by reason', async () => {
  const text = '某镇收支表,,\n凭证号,日期,金额\n\nP1,2026-06-01,1\n,,\nP2,2026-06-02,2\n,,\n,,\n';
  expect(await remarksOf('lacks.csv', text, 1)).toEqual([
    '映射里写了、文件里没有的列：“摘要”或“事由”、“科目”。这些列按空处理；如果是列名变了，请改正映射后重新导入',
    // A line without anything is not even a row.
    '跳过 3 行（按映射不读 1 行，空行 1 行，表头上面的标题 1 行）',
  ]);
});

/** The second and third row of data are hidden, the first two amounts are one merged cell. */
const ROWS = [
  ['2026 年收支'],
  ['凭证号', '日期', '摘要', '金额', '科目'],
  ['P1', '2026-06-01', '甲', 100, '管理费'],
  ['P2', '2026-06-02', '乙', null, '管理费'],
  [],
  ['P3', '2026-06-03', '丙', 3, '管理费'],
];
const SAID = [
  '金额取自上面行的合并单元格：“金额”1 行。合并格里的数每一行都算一次；如果它是这几行的合计，请取消合并、逐行填写后重新导入',
  '跳过 2 行（空行 1 行，表头上面的标题 1 行）',
  '有 2 行在表里是隐藏的或被筛选掉的，同样读了；不该入库的，请从文件中删去',
];

test('hidden rows and amounts of merged cells in a workbook', async () => {
  const workbook = new exceljs.Workbook();
  const sheet = workbook.addWorksheet('收支');
  sheet.addRows(ROWS);
  sheet.mergeCells('D3:D4');
  // A merged word is what it says, in each row.
  sheet.mergeCells('E3:E4');
  for (const number of [4, 5, 6]) sheet.getRow(number).hidden = true;
  expect(await remarksOf('hidden.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()))).toEqual([
    SAID[0],
    // An empty row is not written.
    '跳过 1 行（表头上面的标题 1 行）',
    SAID[2],
  ]);
});

test('the same in an OpenDocument spreadsheet', async () => {
  const cell = (value: string | number | null | undefined, number: number, column: number) => {
    if (value === null || value === undefined) return '<table:table-cell/>';
    const spans = number === 2 && column === 3 ? ' table:number-rows-spanned="2"' : '';
    return typeof value === 'number'
      ? `<table:table-cell office:value-type="float" office:value="${value}"${spans}><text:p>${value}</text:p></table:table-cell>`
      : `<table:table-cell office:value-type="string"><text:p>${value}</text:p></table:table-cell>`;
  };
  const visibility = ['', '', '', ' table:visibility="filter"', '', ' table:visibility="collapse"'];
  const rows = ROWS.map(
    (cells, number) =>
      `<table:table-row${visibility[number] ?? ''}>${cells.map((value, column) => cell(value, number, column)).join('')}</table:table-row>`,
  );
  const namespaces = ['office', 'table', 'text'].map((prefix) => `xmlns:${prefix}="urn:${prefix}"`).join(' ');
  const content = `<office:document-content ${namespaces}><office:body><office:spreadsheet><table:table table:name="收支">${rows.join('')}</table:table></office:spreadsheet></office:body></office:document-content>`;
  const bytes = zipOf([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' },
    { name: 'META-INF/manifest.xml', content: '<manifest:manifest xmlns:manifest="urn:m"/>' },
    { name: 'content.xml', content },
  ]);
  expect(await remarksOf('hidden.ods', bytes)).toEqual(SAID);
});

test('the same in one of Excel 2003', async () => {
  const sheet = utils.aoa_to_sheet(ROWS);
  sheet['!merges'] = [{ s: { r: 2, c: 3 }, e: { r: 3, c: 3 } }];
  sheet['!rows'] = [{}, {}, {}, { hidden: true }, {}, { hidden: true }];
  const workbook = utils.book_new();
  utils.book_append_sheet(workbook, sheet, '收支');
  // Its XML: the library writes no hidden rows into the other form.
  const said = await remarksOf('hidden.xml', write(workbook, { type: 'buffer', bookType: 'xlml' }) as Uint8Array);
  expect(said).toEqual(SAID);
});
