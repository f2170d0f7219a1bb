import { afterAll, beforeAll, expect, test } from '@jest/globals';
import exceljs from 'exceljs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainSheet } from './plain-sheet.js';
import { zipOf } from './zip.test-fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-plain-'));
});
afterAll(() => rm(folder, { recursive: true }));

const asked = { sheet: '台账', maxRows: 3 };
async function saved(content: Buffer | string): Promise<string> {
  const path = join(folder, 'ledger.xlsx');
  await writeFile(path, content);
  return path;
}
async function workbook(...rows: exceljs.CellValue[][]): Promise<Buffer> {
  const made = new exceljs.Workbook();
  made.addWorksheet('说明').addRow(['谁导出的']);
  made.addWorksheet('台账').addRows(rows);
  return Buffer.from(await made.xlsx.writeBuffer());
}

test('reads the named sheet as people see it', async () => {
  const rows = await plainSheet(await saved(await workbook(['编号', '金额'], ['=a', 12.5], ['b', '2026-07-01'])), asked);
  expect(rows).toEqual([
    { number: 1, cells: ['编号', '金额'] },
    { number: 2, cells: ['=a', 12.5] },
    { number: 3, cells: ['b', '2026-07-01'] },
  ]);
});

test('counts rows as people do, also where lines that nobody wrote into are missing from the file', async () => {
  const made = new exceljs.Workbook();
  const sheet = made.addWorksheet('台账');
  sheet.getCell('A2').value = '编号';
  sheet.getCell('A7').value = 'a';
  const rows = await plainSheet(await saved(Buffer.from(await made.xlsx.writeBuffer())), asked);
  expect(rows.filter(({ cells }) => cells.length > 0)).toEqual([
    { number: 2, cells: ['编号'] },
    { number: 7, cells: ['a'] },
  ]);
});

test('refuses formulas with their cell, too many rows, another sheet, and what is no workbook', async () => {
  const formula = await workbook(['编号'], [{ formula: '1+1', result: 2 }]);
  await expect(plainSheet(await saved(formula), asked)).rejects.toThrow('单元格 A2 里是公式');
  await expect(plainSheet(await saved(await workbook(['a'], ['b'], ['c'], ['d'], ['e'])), asked)).rejects.toThrow(
    '一次最多 3 行',
  );
  const path = await saved(await workbook(['a']));
  await expect(plainSheet(path, { ...asked, sheet: '别的' })).rejects.toThrow('没有名为“别的”的工作表，有的是：“说明”、“台账”');
  await expect(plainSheet(await saved('编号,版本\n1,2'), asked)).rejects.toThrow('不是 .xlsx 表格');
  await expect(plainSheet(await saved(Buffer.alloc(6 * 1024 * 1024)), asked)).rejects.toThrow('超过 5 MB');
});

test.each(['xl/vbaProject.bin', 'xl/externalLinks/externalLink1.xml', 'xl/embeddings/oleObject1.bin', 'xl/connections.xml'])(
  'refuses a workbook with %s',
  async (name) => {
    const parts = ['xl/workbook.xml', name].map((part) => ({ name: part, content: '<x/>' }));
    await expect(plainSheet(await saved(zipOf(parts)), asked)).rejects.toThrow('宏、外部链接或嵌入的文件');
  },
);
