import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readMapping } from '@tianyan/contracts';
import { SSF, utils, write, type BookType } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRows } from './file-rows.js';
import { MAX_OLD_WORKBOOK_BYTES } from './limits.js';
import type { SheetName } from './sheet-choice.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-old-workbooks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { file: FORMAT } = readMapping(
  JSON.stringify({
    mapping: 'old',
    label: '旧格式',
    file: { header: ['编号', '内容'] },
    records: [{ type: 'directory.unit', id: '编号', at: '编号', fields: {} }],
  }),
);

/** Of the file read last. */
let unread: readonly SheetName[] = [];

async function readAll(bytes: Buffer | string, sheet?: string) {
  if (!FORMAT) throw new Error('the mapping has a file section');
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const rows = [];
  const format = sheet === undefined ? FORMAT : { ...FORMAT, sheet };
  for await (const row of fileRows(path, format, { onUnread: (sheets) => (unread = sheets) })) rows.push(row);
  return rows;
}
const rowsOf = async (bytes: Buffer | string, sheet?: string) => (await readAll(bytes, sheet)).map(({ row }) => row);

type Formats = Readonly<Record<string, string>>;

function sheetOf(rows: readonly (readonly unknown[])[], formats: Formats = {}, merged: readonly string[] = []) {
  const sheet = utils.aoa_to_sheet(rows.map((row) => [...row]));
  for (const [cell, z] of Object.entries(formats)) Object.assign(sheet[cell] ?? {}, { z });
  sheet['!merges'] = merged.map((range) => utils.decode_range(range));
  return sheet;
}

function workbook(
  bookType: BookType,
  sheets: Readonly<Record<string, ReturnType<typeof sheetOf>>>,
  hidden: readonly number[] = [],
) {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  book.Workbook = { Sheets: hidden.map((Hidden) => ({ Hidden: Hidden as 0 | 1 | 2 })) }; // its numbers for shown and hidden
  return write(book, { bookType, type: 'buffer' }) as Buffer; // as asked for
}

/** Excel 2003, and the XML that it writes too. */
describe.each<[string, BookType]>([
  ['a workbook of Excel 2003', 'biff8'],
  ['XML of Excel 2003', 'xlml'],
])('%s', (_name, bookType) => {
  test('is read as the person sees it; an amount with all its decimals', async () => {
    const cells = ['000000', '', 'yyyy"年"m"月"d"日"', 'h:mm', '[h]:mm', '#,##0.00', '"JS"0000'];
    const formats = Object.fromEntries(cells.flatMap((code, column) => (code === '' ? [] : [[`${'ABCDEFG'[column]}3`, code]])));
    const sheet = sheetOf(
      [
        ['标题行'],
        ['编号', '内容', '日期', '时间', '时长', '金额', '合同'],
        [123, '县住建局', 44_990, 0.75, 1.5, 1234.567, 12],
        ['A-2', '', '', '', '', '', 12.5],
      ],
      { ...formats, G4: '"JS"0000' },
    );
    const [first, second] = await rowsOf(workbook(bookType, { 台账: sheet }));
    expect(first).toEqual({
      编号: '000123',
      内容: '县住建局',
      日期: '2023-03-05',
      时间: '18:00:00',
      时长: '36:00',
      金额: 1234.567,
      合同: 'JS0012',
    });
    expect(second).toMatchObject({ 编号: 'A-2', 合同: 12.5 });
  });

  test('is read from the first sheet that is shown; the others are named', async () => {
    const sheet = (text: string) => sheetOf([['编号', '内容'], [1, text]]); // prettier-ignore
    const sheets = { 枚举: sheet('下拉项'), 去年: sheet('去年的'), 今年: sheet('今年的'), 说明: sheet('x') };
    const book = workbook(bookType, sheets, [2, 1, 0, 0]);
    expect(await rowsOf(book)).toEqual([{ 编号: 1, 内容: '今年的' }]);
    expect(unread).toMatchObject([
      { name: '枚举', hidden: true },
      { name: '去年', hidden: true },
      { name: '说明', hidden: false },
    ]);
    expect(await rowsOf(book, '去年')).toEqual([{ 编号: 1, 内容: '去年的' }]);
    await expect(rowsOf(book, '前年')).rejects.toThrow('没有名为“前年”的工作表');
  });

  test('gives a merged cell to each of its rows', async () => {
    const rows = [['编号', '内容'], [1, '甲村'], [2], [3], [4, '乙村']];
    const found = await rowsOf(workbook(bookType, { 台账: sheetOf(rows, {}, ['B2:B4']) }));
    expect(found.map((row) => row?.['内容'])).toEqual(['甲村', '甲村', '甲村', '乙村']);
  });
});

/** Formats that a Chinese Excel names by number alone: the workbook does not say what they are. */
test.each([27, 31, 50, 57, 58])('a date in the Chinese format %d of Excel 2003', async (id) => {
  const sheet = sheetOf([['编号', '内容'], [1, 44_990]], { B2: '"MARK"0' }); // prettier-ignore
  const bytes = workbook('biff8', { 台账: sheet });
  // The number of the format stands in its own record, which is taken out, and in that of the cell's style.
  const text = bytes.indexOf('"MARK"0') < 0 ? bytes.indexOf(Buffer.from('"MARK"0', 'utf16le')) : bytes.indexOf('"MARK"0');
  const record = bytes.lastIndexOf(Buffer.from([0x1e, 0x04]), text);
  const own = bytes.readUInt16LE(record + 4);
  for (
    let at = bytes.indexOf(Buffer.from([0xe0, 0x00, 0x14, 0x00]));
    at >= 0;
    at = bytes.indexOf(Buffer.from([0xe0, 0x00, 0x14, 0x00]), at + 1)
  )
    if (bytes.readUInt16LE(at + 6) === own) bytes.writeUInt16LE(id, at + 6);
  expect((await rowsOf(bytes))[0]).toEqual({ 编号: 1, 内容: '2023-03-05' });
  expect((SSF as { get_table(): Record<number, string> }).get_table()[id]).toBeUndefined(); // what the library knows of itself
});

test('Chinese of Excel 95; what a format of it shows and cannot be read is no code', async () => {
  // Letters in the place of two bytes each: the library writes no Chinese in this format.
  const sheet = sheetOf([['ABCD', 'EFGH'], [12, 'IJKLMN'], [13, 'x']], { A3: '"ST"0000' }); // prettier-ignore
  const bytes = workbook('biff5', { UVWX: sheet });
  for (const [letters, chinese] of Object.entries({ ABCD: '编号', EFGH: '内容', IJKLMN: '住建局', ST: '号', UVWX: '台账' }))
    iconv.encode(chinese, 'gbk').copy(bytes, bytes.indexOf(letters));
  bytes.writeUInt16LE(936, bytes.indexOf(Buffer.from([0x42, 0, 2, 0])) + 4);
  const [first, second] = await readAll(bytes, '台账');
  expect(first).toMatchObject({ row: { 编号: 12, 内容: '住建局' } });
  expect(first?.problem).toBeUndefined();
  expect(second?.problem).toBe('“编号”中有无法识别的字（编码不对）');
});

describe('a web page named .xls', () => {
  const cell = '<tr><td>001</td><td>响水县某某合作社</td></tr>';
  const table = `<table border="1"><tr><td>编号</td><td>内容</td></tr>${cell}</table>`;
  const right = [{ 编号: '001', 内容: '响水县某某合作社' }];

  test.each<[string, Buffer]>([
    ['in UTF-8', Buffer.from(`<html><body>${table}</body></html>`)],
    ['in GB18030', iconv.encode(`<html><body>${table}</body></html>`, 'gb18030')],
    ['in UTF-16 with a mark', iconv.encode(`<html><body>${table}</body></html>`, 'utf-16le', { addBOM: true })],
    ['in UTF-16 without a mark', iconv.encode(`<html>${table}</html>`, 'utf-16le')],
    ['in UTF-16, the other way round', iconv.encode(`<html>${table}</html>`, 'utf-16be')],
    ['with styles before the table', Buffer.from(`<style>td{mso-number-format:"\\@";a:${','.repeat(2000)}}</style>${table}`)],
    ['with a note first', Buffer.from(`<!-- 导出 --><TABLE>${table.slice(table.indexOf('<tr>'))}`)],
    ['that claims to be XML', Buffer.from(`<?xml version="1.0"?><!DOCTYPE html><html xmlns="x">${table}</html>`)],
  ])('%s', async (_name, bytes) => expect(await rowsOf(bytes)).toEqual(right));

  test('gives a cell over several rows to each of them, and names the tables that are not read', async () => {
    const rows =
      '<tr><td>1</td><td rowspan="3">甲村</td></tr><tr><td>2</td></tr><tr><td>3</td></tr><tr><td>4</td><td>乙村</td></tr>';
    const page = `<table><tr><td>编号</td><td>内容</td></tr>${rows}</table><table><tr><td>合计</td></tr></table>`;
    expect((await rowsOf(page)).map((row) => row?.['内容'])).toEqual(['甲村', '甲村', '甲村', '乙村']);
    expect(unread).toMatchObject([{ name: '第 2 个表格', hidden: false }]);
  });

  test('without a table is the page of a log-in', async () => {
    await expect(rowsOf('<html><body>请登录</body></html>')).rejects.toThrow('这是网页，里面没有表格');
  });

  test('whose cells claim to be endless ends its own thread', async () => {
    const bomb = `<table><tr><td>编号</td><td>内容</td></tr>${'<tr><td colspan="4294967000">a</td><td>b</td></tr>'.repeat(50)}</table>`;
    await expect(rowsOf(bomb)).rejects.toThrow('工作表超过 16384 列');
  });
});

describe('what cannot be read says why', () => {
  const ole = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  const name = (text: string) => Buffer.concat([ole, Buffer.from(text, 'utf16le')]);

  test.each<[string, () => Buffer | string, string]>([
    ['too large', () => Buffer.concat([ole, Buffer.alloc(MAX_OLD_WORKBOOK_BYTES)]), '超过 10 MB'],
    ['a page that is too large', () => `<table>${' '.repeat(MAX_OLD_WORKBOOK_BYTES)}`, '超过 10 MB'],
    ['broken', () => ole, '可能已损坏'],
    ['locked', () => name('EncryptedPackage'), '设了密码'],
    ['a text of Word', () => name('WordDocument'), '这是 Word 文档'],
    ['slides', () => name('PowerPoint Document'), '这是 PowerPoint 演示文稿'],
    ['other XML', () => '<?xml version="1.0"?>\n<orders><order id="1"/></orders>', '这是 XML 文件'],
    ['PDF', () => '%PDF-1.7\n', '这是 PDF 文件'],
    ['an archive of another kind', () => 'Rar!\u001a\u0007', '请先解压'],
    ['an archived web page', () => 'MIME-Version: 1.0\nContent-Type: multipart/related', '网页归档'],
  ])('%s', async (_name, content, message) => {
    await expect(rowsOf(content())).rejects.toThrow(message);
  });
});
