import { describe, expect } from '@jest/globals';
import { readMapping, type FileFormat } from '@tianyan/contracts';
import { fileRows } from '@tianyan/sources';
import { caseFile, mapCase, onCase } from './case-files.js';
import { readFile } from 'node:fs/promises';

/** The cells of a case's file under a header, without a mapping. */
async function cellsOf(name: string, header: readonly string[], sheet?: string) {
  const file = { header, ...(sheet === undefined ? {} : { sheet }) };
  const document = readMapping(
    JSON.stringify({
      mapping: 'case',
      label: '试验',
      file,
      records: [{ type: 'directory.unit', id: 'x', at: 'x', fields: {} }],
    }),
  );
  const rows = [];
  for await (const { row } of fileRows(caseFile(name), document.file as FileFormat)) rows.push(row); // it has just been given
  return rows;
}

async function columnOf(name: string, column: string) {
  return (await cellsOf(name, ['合同编号'])).map((row) => row?.[column]);
}

describe('workbooks that went wrong', () => {
  onCase('workbooks/x-12.xlsx', 'twelve small sheets: always the fifty rows of the one that is named', async () => {
    const mapping = await readFile(caseFile('workbooks/months.yaml'), 'utf8');
    for (let round = 0; round < 20; round++) {
      const rows = await mapCase('workbooks/x-12.xlsx', mapping);
      expect([round, rows.length, rows.flatMap(({ records }) => records).length]).toEqual([round, 50, 50]);
    }
  });

  onCase('workbooks/x08b-reordered.xlsx', 'the first sheet is the first tab', async () => {
    expect(await columnOf('workbooks/x08b-reordered.xlsx', '合同编号')).toEqual(['X08b-2026-right']);
  });

  onCase('workbooks/x11-inline-rich.xlsx', 'all runs of a rich text', async () => {
    expect(await columnOf('workbooks/x11-inline-rich.xlsx', '承租方')).toEqual(['响水县某某农业合作社']);
  });

  onCase('workbooks/x06-merged.xlsx', 'the value of a merged cell in each of its rows', async () => {
    expect(await columnOf('workbooks/x06-merged.xlsx', '村代码')).toEqual(Array(3).fill('320921001001'));
  });

  onCase('workbooks/x03-errors.xlsx', 'an error value is handed on, for the mapping to refuse or leave out', async () => {
    expect(await columnOf('workbooks/x03-errors.xlsx', '承租方')).toEqual(['#N/A', '#N/A']);
  });

  onCase(
    'workbooks/x13-zeros.xlsx',
    'a code as the person sees it; one whose digits are gone in the notation that is refused',
    async () => {
      expect(await columnOf('workbooks/x13-zeros.xlsx', '合同编号')).toEqual(['000123', ...Array(3).fill('3.20921E+17')]);
    },
  );

  onCase('workbooks/x01-dates.xlsx', 'dates in every Chinese format, and of formulas', async () => {
    const days = await columnOf('workbooks/x01-dates.xlsx', '签订日期');
    expect(days).toEqual(days.map(() => '2023-03-05'));
    expect(days).toHaveLength(9);
  });

  onCase('other-formats/x15b-password.xlsx', 'a password is named as the reason', async () => {
    await expect(cellsOf('other-formats/x15b-password.xlsx', ['工单编号'])).rejects.toThrow('设了密码');
  });

  onCase('other-formats/x15c-html.xls', 'a web page named .xls is read', async () => {
    expect(await cellsOf('other-formats/x15c-html.xls', ['工单编号'])).toEqual([
      { 工单编号: 'X15c', 诉求主题: '甲', 受理时间: '2026-03-05 09:00:00' },
    ]);
  });

  onCase('other-formats/x15f.ods', 'an OpenDocument file without a table says that it cannot be read', async () => {
    await expect(cellsOf('other-formats/x15f.ods', ['工单编号'])).rejects.toThrow(/无法读取|没有工作表|找不到表头/);
  });
});
