import type { FileFormat } from '@tianyan/contracts';
import type { SourceRow } from '../pipeline/row.js';
import { TableReader } from './header.js';
import { FileRefusedError } from './limits.js';
import { sheetRows } from './sheet-rows.js';
import { guardWorkbook } from './workbook-guard.js';
import { openPackage } from './workbook-package.js';

/** The rows of one sheet of a workbook, read as a stream: the sheet that the mapping names, or the first tab. */
export async function* workbookRows(path: string, format: FileFormat): AsyncGenerator<SourceRow> {
  await guardWorkbook(path);
  const workbook = await openPackage(path);
  const table = new TableReader(format);
  try {
    const sheet = workbook.sheets.find(({ name }) => format.sheet === undefined || name === format.sheet);
    if (!sheet) throw noSheet(format.sheet, workbook.sheets);
    for await (const cells of sheetRows(workbook, sheet.part)) {
      const read = table.read(cells);
      if (read) yield read;
    }
    table.end();
  } catch (error) {
    if (error instanceof FileRefusedError) throw error;
    throw new FileRefusedError('XLSX 的内容无法读取，请用表格软件打开后另存，再试一次。', { cause: error });
  } finally {
    workbook.close();
  }
}

/** Sheets named in a message; a workbook may hold hundreds. */
const MAX_NAMED_SHEETS = 20;

function noSheet(wanted: string | undefined, sheets: readonly { name: string }[]): FileRefusedError {
  if (wanted === undefined || sheets.length === 0) return new FileRefusedError('工作簿中没有工作表。');
  const names = sheets.slice(0, MAX_NAMED_SHEETS).map(({ name }) => `“${name}”`);
  return new FileRefusedError(`工作簿中没有名为“${wanted}”的工作表，有的是：${names.join('、')}。`);
}
