import type { FileFormat } from '@tianyan/contracts';
import type { SourceRow } from '../pipeline/row.js';
import { TableReader } from './header.js';
import { FileRefusedError } from './limits.js';
import { chooseSheet, type SheetName } from './sheet-choice.js';
import { hasContent, sheetRows } from './sheet-rows.js';
import type { TableListener } from './table-report.js';
import { guardWorkbook } from './workbook-guard.js';
import { openPackage, type SheetPart, type WorkbookPackage } from './workbook-package.js';

/**
 * The rows of one sheet of a workbook, read as a stream: the sheet that the mapping names, or the first tab that is shown.
 */
export async function* workbookRows(
  path: string,
  format: FileFormat,
  { onUnread, report }: TableListener,
): AsyncGenerator<SourceRow> {
  await guardWorkbook(path);
  const workbook = await openPackage(path);
  const table = new TableReader(format, report);
  try {
    const sheet = chooseSheet(workbook.sheets, format.sheet);
    onUnread(await unread(workbook, sheet));
    for await (const { cells, traits } of sheetRows(workbook, sheet.part)) {
      const read = table.read(cells, traits);
      if (read) yield read;
    }
    table.end();
  } catch (error) {
    if (error instanceof FileRefusedError) throw error;
    throw new FileRefusedError('工作簿的内容无法读取，请用表格软件打开后另存，再试一次。', { cause: error });
  } finally {
    workbook.close();
  }
}

async function unread(workbook: WorkbookPackage, chosen: SheetPart): Promise<SheetName[]> {
  const others: SheetName[] = [];
  for (const { name, hidden, part } of workbook.sheets)
    if (part !== chosen.part && (await hasContent(workbook, part))) others.push({ name, hidden });
  return others;
}
