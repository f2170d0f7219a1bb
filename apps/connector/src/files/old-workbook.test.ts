import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readMapping } from '@tianyan/contracts';
import { utils, write } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRows } from './file-rows.js';
import { MAX_OLD_WORKBOOK_BYTES } from './old-workbook.js';

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

async function rowsOf(bytes: Buffer | string) {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const rows = [];
  if (FORMAT) for await (const { row } of fileRows(path, FORMAT)) rows.push(row);
  return rows;
}

/** 2023-03-05 as a serial, shown as a Chinese date; a code shown with leading zeros. */
function workbook(bookType: 'biff8' | 'ods'): Buffer {
  const sheet = utils.aoa_to_sheet([['标题行'], ['编号', '内容', '日期'], [123, '县住建局', 44990], ['A-2', '', '']]);
  Object.assign(sheet['A3'], { z: '000000' });
  Object.assign(sheet['C3'], { z: 'yyyy"年"m"月"d"日"' });
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, '台账');
  return write(book, { bookType, type: 'buffer' }) as Buffer; // as asked for
}

test('a workbook of Excel 2003 is read as the person sees it', async () => {
  const [first, second] = await rowsOf(workbook('biff8'));
  expect(first).toEqual({ 编号: '000123', 内容: '县住建局', 日期: '2023-03-05' });
  expect(second).toMatchObject({ 编号: 'A-2' });
});

test('an OpenDocument table is read', async () => {
  expect((await rowsOf(workbook('ods'))).map((row) => row?.['内容'] ?? null)[0]).toBe('县住建局');
});

test.each(['utf8', 'gb18030'])('a web page named .xls is read, in %s', async (encoding) => {
  const page =
    '<html><body><table><tr><td>编号</td><td>内容</td></tr><tr><td>001</td><td>响水县某某合作社</td></tr></table></body></html>';
  expect(await rowsOf(iconv.encode(page, encoding))).toEqual([{ 编号: '001', 内容: '响水县某某合作社' }]);
});

test('what is too large or broken says so', async () => {
  const ole = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  await expect(rowsOf(Buffer.concat([ole, Buffer.alloc(MAX_OLD_WORKBOOK_BYTES)]))).rejects.toThrow('超过 16 MB');
  await expect(rowsOf(ole)).rejects.toThrow('可能已损坏');
  await expect(rowsOf(Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]))).rejects.toThrow('设了密码');
});
