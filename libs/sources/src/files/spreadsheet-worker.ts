import * as codePages from '@e965/xlsx/dist/cpexcel.full.mjs';
import { read, set_cptable, SSF, type CellObject, type ParsingOptions, type Range, type WorkSheet } from '@e965/xlsx';
import { parentPort, workerData } from 'node:worker_threads';

// Runs in a thread of its own, and imports packages only: the tests start it from its source.

/** What the thread is started with. */
export interface SpreadsheetTask {
  /** Bytes of a workbook of Excel 2003 or before, or a text in XML or HTML. */
  content: Uint8Array | string;
  /** Formats that the workbook may name by number alone. */
  formats: ReadonlyMap<number, string>;
  maxRows: number;
  maxColumns: number;
}

/** What it says first. */
export interface SpreadsheetOutline {
  /** Sheets with rows, in the order of the tabs. */
  sheets: { name: string; hidden: boolean; filled: boolean }[];
  date1904: boolean;
}

/** Asks for the next rows of a sheet. */
export interface RowsRequest {
  sheet: string;
  from: number;
}

/** Rows and cells that were never filled are missing. */
export interface RowsAnswer {
  rows: (readonly (SpreadsheetCell | undefined)[] | undefined)[];
  /** Places, among these rows, of those that are hidden by hand or by a filter. */
  hidden: number[];
  /** Of the whole sheet; with the first rows only. */
  merges: readonly Range[];
  isLast: boolean;
}

export interface SpreadsheetCell {
  t: CellObject['t'];
  v: CellObject['v'];
  w: string | undefined;
  z: CellObject['z'];
}

/** Rows handed over together: few enough that neither side waits long. */
const ROWS_PER_ANSWER = 500;

const OPTIONS: ParsingOptions = {
  dense: true,
  cellNF: true,
  cellHTML: false,
  cellFormula: false,
  sheetStubs: false,
  // A workbook of Excel 95 that does not name its own.
  codepage: 936,
};

function parse({ content, formats }: SpreadsheetTask) {
  // Without these tables the library takes Chinese of Excel 95 for Latin letters.
  set_cptable(codePages);
  for (const [id, code] of formats) (SSF as { load(code: string, id: number): void }).load(code, id); // declared as `any`
  return typeof content === 'string'
    ? // What stands in a web page is what a person sees: `001` is no number.
      read(content, { ...OPTIONS, type: 'string', raw: content.startsWith('<table') })
    : read(content, { ...OPTIONS, type: 'array' });
}

/** Throws for a sheet that claims to be larger than any can be: its holes alone would take the memory of whoever walks over them. */
function checkSize(length: number, limit: number): void {
  // The other side knows it by these words.
  if (length > limit) throw new RangeError('larger than a sheet can be');
}

function rowsFrom(sheet: WorkSheet, from: number): RowsAnswer {
  const all = sheet['!data'] ?? [];
  const rows = all
    .slice(from, from + ROWS_PER_ANSWER)
    // The holes stay, so that a sheet with one cell in its last column costs nothing.
    .map((cells?: CellObject[]) => {
      checkSize(cells?.length ?? 0, task.maxColumns);
      return cells?.map((cell?: CellObject) => cell && { t: cell.t, v: cell.v, w: cell.w, z: cell.z });
    });
  const hidden = Array.from(rows.keys()).filter((place) => sheet['!rows']?.[from + place]?.hidden);
  return { rows, hidden, merges: from === 0 ? (sheet['!merges'] ?? []) : [], isLast: from + ROWS_PER_ANSWER >= all.length };
}

if (!parentPort) throw new Error('this module is the main module of a thread');
const port = parentPort;
const task = workerData as SpreadsheetTask; // what spreadsheet-thread.ts starts it with
const workbook = parse(task);
const hidden = (index: number) => (workbook.Workbook?.Sheets?.[index]?.Hidden ?? 0) > 0;
const outline: SpreadsheetOutline = {
  sheets: workbook.SheetNames.flatMap((name, index) => {
    const sheet = workbook.Sheets[name];
    // Sheets of charts, macros and dialogs have no rows.
    if (!sheet || (sheet['!type'] ?? 'sheet') !== 'sheet') return [];
    checkSize(sheet['!data']?.length ?? 0, task.maxRows);
    return [{ name, hidden: hidden(index), filled: sheet['!data']?.some((cells?: CellObject[]) => cells?.length) ?? false }];
  }),
  date1904: workbook.Workbook?.WBProps?.date1904 === true,
};
port.on('message', ({ sheet, from }: RowsRequest) => {
  const found = workbook.Sheets[sheet];
  if (!found) throw new Error(`there is no sheet ${sheet}`);
  port.postMessage(rowsFrom(found, from));
});
port.postMessage(outline);
