import type { FileFormat } from '@tianyan/contracts';
import { read, type CellObject, type WorkBook } from '@e965/xlsx';
import { readFile } from 'node:fs/promises';
import type { Cell, SourceRow } from '../pipeline/row.js';
import { sniffEncoding } from './csv.js';
import { TableReader } from './header.js';
import { FileRefusedError } from './limits.js';
import { numberFormatOf, shownNumber } from './number-format.js';
import { guardWorkbook } from './workbook-guard.js';

/** Files that are no XLSX but that spreadsheets open: Excel 2003 and before, OpenDocument, a web page named `.xls`. */
export type OldFormat = 'xls' | 'ods' | 'html';

/** These are held in memory whole, at some twenty times their size; a year's ledger of a township is below 2 MB. */
export const MAX_OLD_WORKBOOK_BYTES = 16 * 1024 ** 2;

/** Name of the stream that an encrypted workbook has instead of its own content, as OLE writes it. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

/** The rows of one sheet, read whole. Throws FileRefusedError with the true reason. */
export async function* oldWorkbookRows(path: string, old: OldFormat, format: FileFormat): AsyncGenerator<SourceRow> {
  if (old === 'ods') await guardWorkbook(path);
  const bytes = await readFile(path);
  if (bytes.includes(ENCRYPTED))
    throw new FileRefusedError('工作簿设了密码，无法读取。请取消密码（另存为不加密的 .xlsx）后再导入。');
  if (bytes.length > MAX_OLD_WORKBOOK_BYTES)
    throw new FileRefusedError(
      `这种格式的文件超过 ${MAX_OLD_WORKBOOK_BYTES / 1024 ** 2} MB，请用表格软件另存为 .xlsx 或 CSV 后再导入。`,
    );
  const workbook = parsed(bytes, old);
  const name = workbook.SheetNames.find(
    (candidate) => format.sheet === undefined || old === 'html' || candidate === format.sheet,
  );
  const sheet = name === undefined ? undefined : workbook.Sheets[name];
  if (!sheet)
    throw new FileRefusedError(
      format.sheet === undefined
        ? '工作簿中没有工作表。'
        : `工作簿中没有名为“${format.sheet}”的工作表，有的是：${workbook.SheetNames.join('、')}。`,
    );
  const table = new TableReader(format);
  const date1904 = workbook.Workbook?.WBProps?.date1904 === true;
  for (const cells of sheet['!data'] ?? []) {
    // Rows and cells that were never filled are holes.
    const row = table.read(Array.from(cells ?? [], (cell?: CellObject) => toCell(cell, date1904)));
    if (row) yield row;
  }
  table.end();
}

function parsed(bytes: Buffer, old: OldFormat): WorkBook {
  const options = { dense: true, cellNF: true, cellHTML: false, cellFormula: false, sheetStubs: false } as const;
  try {
    // A web page says in itself how it is encoded, or not; the library would take its bytes for Latin letters.
    return old === 'html'
      ? read(new TextDecoder(sniffEncoding(bytes)).decode(bytes), { ...options, type: 'string', raw: true })
      : read(bytes, { ...options, type: 'buffer' });
  } catch (cause) {
    const locked = cause instanceof Error && /password/i.test(cause.message);
    throw new FileRefusedError(
      locked
        ? '工作簿设了密码，无法读取。请取消密码（另存为不加密的 .xlsx）后再导入。'
        : '文件内容无法读取，可能已损坏。请用表格软件打开后另存为 .xlsx，再试一次。',
      { cause },
    );
  }
}

function toCell(cell: CellObject | undefined, date1904: boolean): Cell {
  if (cell === undefined || cell.v === undefined || cell.t === 'z') return null;
  // What it shows, such as `#N/A`: what it means is for whoever maps the row to say.
  if (cell.t === 'e') return cell.w ?? '#N/A';
  if (typeof cell.v === 'number')
    return shownNumber(cell.v, numberFormatOf(0, cell.z === undefined ? undefined : String(cell.z)), date1904);
  if (typeof cell.v === 'string' || typeof cell.v === 'boolean') return cell.v;
  return cell.w ?? null;
}
