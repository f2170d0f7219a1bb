import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readMapping, type FileFormat } from '@tianyan/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceRow } from '../pipeline/row.js';
import { fileRows } from './file-rows.js';
import type { SheetName } from './sheet-choice.js';
import { sheetXml, zipOf, type ZipPart } from './zip.test-fixture.js';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HEADER = ['编号', '内容'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-workbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Parts {
  /** Tabs in order; the part of each is `sheet<place>.xml` unless named. */
  sheets: readonly { name: string; xml: string; part?: string; state?: 'hidden' | 'veryHidden' }[];
  strings?: string;
  styles?: string;
  properties?: string;
}

function workbook({ sheets, strings, styles, properties = '' }: Parts): ZipPart[] {
  const parts = sheets.map(({ part }, index) => part ?? `sheet${index + 1}.xml`);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const tabs = sheets
    .map(
      ({ name, state }, index) =>
        `<sheet name="${name}" sheetId="${index + 1}"${state ? ` state="${state}"` : ''} r:id="r${index}"/>`,
    )
    .join('');
  const relations =
    parts.map((part, index) => relation(`r${index}`, 'worksheet', `worksheets/${part}`)).join('') +
    relation('s', 'sharedStrings', 'sharedStrings.xml') +
    relation('t', 'styles', 'styles.xml');
  return [
    ...sheets.map(({ xml }, index) => ({ name: `xl/worksheets/${parts[index]}`, content: xml })),
    { name: 'xl/_rels/workbook.xml.rels', content: `<Relationships>${relations}</Relationships>` },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}">${properties}<sheets>${tabs}</sheets></workbook>`,
    },
    ...(strings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', content: `<sst>${strings}</sst>` }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', content: `<styleSheet>${styles}</styleSheet>` }]),
  ];
}

function sheet(rows: readonly string[], tail = ''): string {
  const header = '<row r="1"><c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>内容</v></c></row>';
  return `<worksheet><sheetData>${header}${rows.join('')}</sheetData>${tail}</worksheet>`;
}
const row = (number: number, content: string) =>
  `<row r="${number}"><c r="A${number}" t="str"><v>${number}</v></c>${content}</row>`;

let files = 0;
async function rowsOf(parts: readonly ZipPart[], options: Partial<FileFormat> = {}): Promise<SourceRow[]> {
  const path = join(folder, `file-${++files}.xlsx`);
  await writeFile(path, zipOf(parts));
  const { file } = readMapping(
    JSON.stringify({
      mapping: 'workbook',
      label: '工作簿',
      file: { header: HEADER, ...options },
      records: [{ type: 'directory.unit', id: '编号', at: '编号', fields: {} }],
    }),
  );
  if (!file) throw new Error('the mapping has a file section');
  const rows: SourceRow[] = [];
  unread = [];
  for await (const found of fileRows(path, file, { onUnread: (sheets) => (unread = sheets) })) rows.push(found);
  return rows;
}
/** Of the file read last. */
let unread: readonly SheetName[] = [];
const contents = (rows: readonly SourceRow[]) => rows.map((found) => found.row?.['内容']);

test('each of many small sheets is read, whatever the order of the parts', async () => {
  const sheets = Array.from({ length: 12 }, (_unused, index) => ({
    name: `表${index}`,
    xml: sheetXml([HEADER, ...Array.from({ length: 50 }, (_row, place) => [`${index}-${place}`, `内容${index}`])]),
  }));
  const parts = workbook({ sheets });
  for (const order of [parts, parts.toReversed()])
    for (let index = 0; index < sheets.length; index++) {
      const rows = await rowsOf(order, { sheet: `表${index}` });
      expect(contents(rows)).toEqual(Array.from({ length: 50 }, () => `内容${index}`));
    }
});

test('the first sheet is the first tab, not the part with the lowest number', async () => {
  const sheets = [
    { name: '今年', xml: sheetXml([HEADER, ['1', '今年的']]), part: 'sheet2.xml' },
    { name: '去年', xml: sheetXml([HEADER, ['1', '去年的']]), part: 'sheet1.xml' },
  ];
  expect(contents(await rowsOf(workbook({ sheets })))).toEqual(['今年的']);
  await expect(rowsOf(workbook({ sheets }), { sheet: '前年' })).rejects.toThrow('有的是：“今年”、“去年”');
});

test('the first sheet that is shown is read, and every other one with something in it is named', async () => {
  const sheets = [
    { name: '枚举', xml: sheetXml([HEADER, ['1', '下拉项']]), state: 'veryHidden' as const },
    { name: '去年', xml: sheetXml([HEADER, ['1', '去年的']]), state: 'hidden' as const },
    { name: '今年', xml: sheetXml([HEADER, ['1', '今年的']]) },
    { name: '空表', xml: '<worksheet><sheetViews/><sheetData><row r="1"><c r="A1" s="1"/></row></sheetData></worksheet>' },
    { name: '说明', xml: sheetXml([['怎样填写']]) },
  ];
  expect(contents(await rowsOf(workbook({ sheets })))).toEqual(['今年的']);
  expect(unread).toEqual([
    { name: '枚举', hidden: true },
    { name: '去年', hidden: true },
    { name: '说明', hidden: false },
  ]);
  expect(contents(await rowsOf(workbook({ sheets }), { sheet: '去年' }))).toEqual(['去年的']);
  expect(unread.map(({ name }) => name)).toEqual(['枚举', '今年', '说明']);
  await expect(rowsOf(workbook({ sheets: sheets.slice(0, 2) }))).rejects.toThrow('都是隐藏的：“枚举”（隐藏）、“去年”（隐藏）');
});

test('all runs of a text count, inline and shared; reading aids and escapes do not', async () => {
  const strings =
    '<si><r><t>响水县</t></r><r><t>合作社</t></r><rPh sb="0" eb="1"><t>xiang</t></rPh></si><si><t>一行_x000D_\n二行_x005F_</t></si>';
  const xml = sheet([
    row(2, '<c r="B2" t="inlineStr"><is><r><t>某某</t></r><r><t>农业</t></r></is></c>'),
    row(3, '<c r="B3" t="s"><v>0</v></c>'),
    row(4, '<c r="B4" t="s"><v>1</v></c>'),
  ]);
  expect(contents(await rowsOf(workbook({ sheets: [{ name: 's', xml }], strings })))).toEqual([
    '某某农业',
    '响水县合作社',
    '一行\n二行_',
  ]);
});

test('a merged cell gives its value to each of its rows, and makes no rows of its own', async () => {
  const xml = sheet(
    [row(2, '<c r="B2" t="str"><v>甲村</v></c>'), row(3, ''), '<row r="4"/>', row(5, ''), row(6, '')],
    '<mergeCells count="1"><mergeCell ref="B2:B5"/></mergeCells>',
  );
  expect(contents(await rowsOf(workbook({ sheets: [{ name: 's', xml }] })))).toEqual(['甲村', '甲村', '甲村', null]);
});

test('an error value is handed on as it is, for the mapping to refuse or leave out', async () => {
  const xml = sheet([row(2, '<c r="B2" t="e"><v>#N/A</v></c>')]);
  const [found] = await rowsOf(workbook({ sheets: [{ name: 's', xml }] }));
  expect(found?.row).toEqual({ 编号: '2', 内容: '#N/A' });
  expect(JSON.parse(found?.raw ?? '')).toEqual({ 编号: '2', 内容: '#N/A' });
});

const CUSTOM = [
  '000000',
  'yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;',
  '0.0\\d',
  '#,##0.00_ ;[Red]\\-#,##0.00\\ ',
  '[h]:mm',
  '&quot;JS&quot;@',
];
const STYLES = [0, 14, 27, 31, 57, 58, 20, ...CUSTOM.map((_code, index) => 164 + index)];
const styles = `<numFmts>${CUSTOM.map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${code}"/>`).join('')}</numFmts><cellXfs>${STYLES.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;

test.each<[string, number, string, unknown]>([
  ['a plain number', 0, '1.5', 1.5],
  ['a date', 1, '44990', '2023-03-05'],
  ['a date with a time', 1, '44990.5', '2023-03-05 12:00:00'],
  ['year and month in Chinese', 2, '44990', '2023-03-05'],
  ['a date in Chinese', 3, '44990', '2023-03-05'],
  ['year and month, second form', 4, '44990', '2023-03-05'],
  ['month and day', 5, '44990', '2023-03-05'],
  ['a time alone', 6, '0.75', '18:00:00'],
  ['leading zeros', 7, '123', '000123'],
  ['a date of its own format', 8, '44990', '2023-03-05'],
  ['a unit that is only a letter', 9, '44990', 44990],
  ['money', 10, '44990.25', 44990.25],
  ['a duration', 11, '1.5', '36:00'],
  ['a number that Excel has rounded', 0, '320921199001010000', '3.20921E+17'],
])('%s is read as it is shown', async (_name, style, value, shown) => {
  const xml = sheet([row(2, `<c r="B2" s="${style}"><f>A2</f><v>${value}</v></c>`)]);
  expect(contents(await rowsOf(workbook({ sheets: [{ name: 's', xml }], styles })))).toEqual([shown]);
});

test('a text is read with what its format writes around it', async () => {
  const xml = sheet([row(2, '<c r="B2" s="12" t="s"><v>0</v></c>')]);
  expect(contents(await rowsOf(workbook({ sheets: [{ name: 's', xml }], styles, strings: '<si><t>0012</t></si>' })))).toEqual([
    'JS0012',
  ]);
});

test('dates that count from 1904 are the days that are shown', async () => {
  const xml = sheet([row(2, '<c r="B2" s="1"><v>43528</v></c>')]);
  const parts = workbook({ sheets: [{ name: 's', xml }], styles, properties: '<workbookPr date1904="1"/>' });
  expect(contents(await rowsOf(parts))).toEqual(['2023-03-05']);
});
