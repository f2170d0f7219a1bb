import { expect, test } from '@jest/globals';
import exceljs from 'exceljs';
import fc from 'fast-check';
import { cellText, MAX_CELL_CHARS } from './cell-text.js';
import { MAX_LEDGER_ROWS, workbookOf, type Cell } from './workbook.js';

interface Row {
  cell: Cell;
}
const ledger = (rows: readonly Row[]) => ({
  name: '台账',
  columns: [{ title: '列', width: 10, cell: ({ cell }: Row) => cell }],
  rows,
});

async function readBack(cells: readonly Cell[]) {
  const content = await workbookOf([['导出人', '李芬']], [ledger(cells.map((cell) => ({ cell })))]);
  const workbook = new exceljs.Workbook();
  // The type of the library is of an older Node.
  await workbook.xlsx.load(content as unknown as ArrayBuffer);
  return workbook;
}

/** Texts of people who know what a spreadsheet does, beside any others. */
const dangerous = fc
  .tuple(
    fc.constantFrom('', ' ', '\u00A0', '\u200B', '\uFEFF', '\n', '\t', '\r', '　'),
    fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '_x003D_', '"='),
    fc.constantFrom('1+1', 'HYPERLINK("http://x","y")', "cmd|' /C calc'!A0", 'SUM(A1:A9)', '5', '"', ''),
  )
  .map((parts) => parts.join(''));

test('no text becomes a formula, whatever it begins with; in a CSV saved of it neither', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(dangerous, fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 40 }),
      async (texts) => {
        const sheet = (await readBack(texts)).getWorksheet('台账');
        for (const [index, text] of texts.entries()) {
          const cell = sheet?.getCell(index + 2, 1);
          // An empty text is an empty cell.
          expect([exceljs.ValueType.String, exceljs.ValueType.Null]).toContain(cell?.type);
          expect([cell?.formula, cell?.numFmt ?? '@']).toEqual([undefined, '@']);
          expect(cell?.text ?? '').not.toMatch(/^[\s\u200B\uFEFF]*[=+\-@＝＋－＠]|^[\t\r]/);
          expect(cell?.text.replaceAll(/\s/g, '')).toBe(cellText(text).replaceAll(/\s/g, ''));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('an ordinary text stays as it is; numbers and instants can be reckoned with', async () => {
  for (const text of ['路灯不亮', '线索〔2026〕0001号', 'a=b', '1-2', '']) expect(cellText(text)).toBe(text);
  expect([cellText('=1+1'), cellText(' -5'), cellText('＝SUM(A1)')]).toEqual(["'=1+1", "' -5", "'＝SUM(A1)"]);
  expect(cellText('字'.repeat(40_000))).toHaveLength(MAX_CELL_CHARS);
  const sheet = (await readBack([-5, { atMs: Date.parse('2026-07-01T09:00:00+08:00') }, null])).getWorksheet('台账');
  expect(sheet?.getCell(2, 1).value).toBe(-5);
  expect(sheet?.getCell(3, 1).value).toEqual(new Date('2026-07-01T09:00:00Z'));
  expect(sheet?.getCell(4, 1).value).toBeNull();
});

test('the first sheet says who exported it and how many rows there are', async () => {
  const workbook = await readBack(['一', '二', '三']);
  expect(workbook.worksheets.map(({ name }) => name)).toEqual(['导出说明', '台账']);
  const cover = workbook.worksheets[0];
  expect([1, 2].map((line) => [cover?.getCell(line, 1).text, cover?.getCell(line, 2).text])).toEqual([
    ['导出人', '李芬'],
    ['台账（行）', '3'],
  ]);
});

test('more rows than anybody reads are refused, with what to do', async () => {
  const rows = Array.from({ length: MAX_LEDGER_ROWS + 1 }, () => ({ cell: 1 }));
  await expect(workbookOf([], [ledger(rows)])).rejects.toThrow(/超过 20000 行.*分几次导出/);
});
