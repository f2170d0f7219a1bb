import type { FileFormat } from '@tianyan/contracts';
import { readFile, stat } from 'node:fs/promises';
import type { Cell, SourceRow } from '../pipeline/row.js';
import { TableReader } from './header.js';
import { FileRefusedError, LOCKED, MAX_OLD_WORKBOOK_BYTES } from './limits.js';
import { markupEncoding } from './markup.js';
import { MergedCells, type MergedColumn } from './merged-cells.js';
import { numberFormatOf, shownNumber, shownText } from './number-format.js';
import { chooseSheet } from './sheet-choice.js';
import type { SheetRow } from './sheet-rows.js';
import type { TableListener } from './table-report.js';
import { SpreadsheetThread } from './spreadsheet-thread.js';
import type { RowsAnswer, SpreadsheetCell } from './spreadsheet-worker.js';

/** Files that are no XLSX but that Excel opens: Excel 2003 and before, its XML, a web page named `.xls`. */
export type OldFormat = 'xls' | 'xml-2003' | 'html';

/** Names of streams of an OLE file, as it writes them. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');
const WORD = Buffer.from('WordDocument', 'utf16le');
/** A workbook may have a document of the other kinds in it. */
const WORKBOOK = Buffer.from('Workbook', 'utf16le');
const BOOK = Buffer.from('B\0o\0o\0k\0\0\0', 'latin1');
const SLIDES = Buffer.from('PowerPoint Document', 'utf16le');

/**
 * The rows of one sheet. Throws FileRefusedError with the true reason.
 */
export async function* oldWorkbookRows(
  path: string,
  old: OldFormat,
  format: FileFormat,
  { onUnread, report }: TableListener,
): AsyncGenerator<SourceRow> {
  const thread = new SpreadsheetThread(await contentOf(path, old));
  try {
    const { sheets, date1904 } = await thread.outline();
    // The tables of a web page have no names that a mapping could know.
    const chosen = chooseSheet(sheets, old === 'html' ? undefined : format.sheet);
    const others = sheets.filter((sheet) => sheet !== chosen && sheet.filled);
    onUnread(old === 'html' ? others.map((sheet) => ({ ...sheet, name: `第 ${sheets.indexOf(sheet) + 1} 个表格` })) : others);
    const reading = new CellReading(date1904);
    const table = new TableReader(format, report, () => reading.unreadableMet);
    for await (const { cells, traits } of rowsOf(thread, chosen.name, reading)) {
      const row = table.read(cells, traits);
      if (row) yield row;
    }
    table.end();
  } finally {
    await thread.close();
  }
}

async function contentOf(path: string, old: OldFormat): Promise<Uint8Array | string> {
  if (old === 'xls') {
    const bytes = await readFile(path);
    // Before the size: what a workbook in a password's cover is, saving it as .xlsx does not mend.
    refuseOtherContent(bytes);
    refuseTooLarge(bytes.length);
    return bytes;
  }
  refuseTooLarge((await stat(path)).size);
  const bytes = await readFile(path);
  // The text says in itself how it is encoded, or not, or wrongly; the library would take the bytes for Latin letters.
  const text = new TextDecoder(markupEncoding(bytes)).decode(bytes);
  if (old === 'xml-2003') return text;
  const table = text.search(/<table[\s>]/i);
  if (table < 0) throw new FileRefusedError('这是网页，里面没有表格，可能是登录页或出错的页面。请重新登录来源系统后再导出。');
  // What stands before it (styles, scripts) may look like anything.
  return `<table${text.slice(table + '<table'.length)}`;
}

/** Workbooks share their outer form with other documents. */
function refuseOtherContent(bytes: Buffer): void {
  if (bytes.includes(ENCRYPTED)) throw new FileRefusedError(LOCKED);
  const other = bytes.includes(WORD) ? 'Word 文档' : bytes.includes(SLIDES) ? 'PowerPoint 演示文稿' : null;
  if (other !== null && !bytes.includes(WORKBOOK) && !bytes.includes(BOOK))
    throw new FileRefusedError(`这是 ${other}，不是表格。请把其中的表格复制到表格软件，另存为 .xlsx 后再导入。`);
}

function refuseTooLarge(size: number): void {
  if (size > MAX_OLD_WORKBOOK_BYTES)
    throw new FileRefusedError(
      `这种格式的文件超过 ${MAX_OLD_WORKBOOK_BYTES / 1024 ** 2} MB，请用表格软件另存为 .xlsx 或 CSV 后再导入。`,
    );
}

async function* rowsOf(thread: SpreadsheetThread, sheet: string, reading: CellReading): AsyncGenerator<SheetRow> {
  const spanning = new MergedCells();
  const merged = new Map<number, MergedColumn[]>();
  let answer: RowsAnswer;
  let number = 0;
  do {
    answer = await thread.rows({ sheet, from: number });
    for (const { s: from, e: to } of answer.merges)
      if (to.r > from.r) merged.set(from.r, [...(merged.get(from.r) ?? []), { column: from.c, bottom: to.r }]);
    // Rows and cells that were never filled are holes, which `Array.from` fills.
    const hidden = new Set(answer.hidden);
    for (const [place, found] of Array.from(answer.rows).entries()) {
      const cells = Array.from(found ?? [], (cell) => reading.cell(cell));
      const spanned = spanning.fill(number, cells, merged.get(number) ?? []);
      number++;
      yield { number, cells, traits: { hidden: hidden.has(place), spanned } };
    }
  } while (!answer.isLast);
}

/** Stands for half a Chinese character in a number format of Excel 95: the library reads it by single bytes. */
const UNREADABLE = '\uFDFF';
const REPLACEMENT = '\uFFFD';

class CellReading {
  /** A number format could not be read whole, so that what a cell shows is not known. */
  unreadableMet = false;

  constructor(private readonly date1904: boolean) {}

  cell(cell: SpreadsheetCell | undefined): Cell {
    if (cell === undefined || cell.v === undefined || cell.v === null || cell.t === 'z') return null;
    // What it shows, such as `#N/A`: what it means is for whoever maps the row to say.
    if (cell.t === 'e') return cell.w ?? '#N/A';
    const format = numberFormatOf(0, cell.z === undefined ? undefined : String(cell.z));
    if (typeof cell.v === 'number') return this.checked(shownNumber(cell.v, format, this.date1904));
    if (typeof cell.v === 'string') return this.checked(shownText(cell.v, format));
    return typeof cell.v === 'boolean' ? cell.v : (cell.w ?? null);
  }

  private checked(shown: string | number): string | number {
    if (typeof shown !== 'string' || !shown.includes(UNREADABLE)) return shown;
    this.unreadableMet = true;
    return shown.replaceAll(UNREADABLE, REPLACEMENT);
  }
}
