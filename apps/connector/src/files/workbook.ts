import type { FileFormat } from '@tianyan/contracts';
import type exceljs from 'exceljs';
import type { Cell, SourceRow } from '../pipeline/row.js';
import { TableReader } from './header.js';
import { FileRefusedError } from './limits.js';
import { openWorkbook } from './whole-character-reader.js';
import { guardWorkbook } from './workbook-guard.js';

/** The rows of one sheet of a workbook, read as a stream. */
export async function* workbookRows(path: string, format: FileFormat): AsyncGenerator<SourceRow> {
  await guardWorkbook(path);
  const reader = openWorkbook(path);
  const table = new TableReader(format);
  let found = false;
  try {
    for await (const sheet of reader) {
      // The reader's types know neither the name nor the way to skip a sheet.
      const { name } = sheet as unknown as { name?: string };
      if (found || (format.sheet !== undefined && name !== format.sheet)) {
        await toEnd(sheet);
        continue;
      }
      found = true;
      for await (const row of sheet) {
        const read = table.read(cellsOf(row));
        if (read) yield read;
      }
    }
  } catch (error) {
    if (error instanceof FileRefusedError) throw error;
    throw new FileRefusedError('XLSX 的内容无法读取，请用表格软件打开后另存，再试一次。', { cause: error });
  }
  if (!found)
    throw new FileRefusedError(
      format.sheet === undefined ? '工作簿中没有工作表。' : `工作簿中没有名为“${format.sheet}”的工作表。`,
    );
  table.end();
}

/** A sheet has to be read to its end before the next one comes. */
async function toEnd(sheet: AsyncIterable<unknown>): Promise<void> {
  const rows = sheet[Symbol.asyncIterator]();
  while (!(await rows.next()).done);
}

function cellsOf(row: exceljs.Row): Cell[] {
  const values = row.values;
  // The library counts columns from 1 and leaves place 0 empty.
  return Array.isArray(values)
    ? Array.from({ length: Math.max(0, values.length - 1) }, (_unused, index) => toCell(values[index + 1]))
    : [];
}

function toCell(value: exceljs.CellValue | undefined): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return wallClock(value);
  if ('richText' in value) return value.richText.map((part) => part.text).join('');
  if ('error' in value) return value.error;
  // A formula counts as what the author last saw; it is never calculated here.
  if ('formula' in value || 'sharedFormula' in value) return toCell(value.result);
  if ('text' in value) return typeof value.text === 'string' ? value.text : toCell(value.text);
  return JSON.stringify(value);
}

const HALF_SECOND_MS = 500;

/** Excel's dates have no zone; the library hands them out as if in UTC, with an error of some milliseconds. */
function wallClock(date: Date): string {
  if (Number.isNaN(date.getTime())) return '无效日期';
  const iso = new Date(date.getTime() + HALF_SECOND_MS).toISOString();
  return iso.slice(11, 19) === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
