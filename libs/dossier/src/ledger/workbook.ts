import { CHINA_OFFSET_MS, RefusedError } from '@tianyan/kernel';
import exceljs from 'exceljs';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as otherWork } from 'node:timers/promises';
import { cellText } from './cell-text.js';

/** Rows of one ledger: more is a copy of the database, and nobody reads it. Takes some seconds and some ten megabytes. */
export const MAX_LEDGER_ROWS = 20_000;
/** After so many rows the process does other work. */
const ROWS_AT_ONCE = 1_000;
const COVER_WIDTHS = [16, 90];

/** Text, a number, an instant of China, or nothing: never a formula, a link or a picture. */
export type Cell = string | number | { atMs: number } | null;

export interface LedgerColumn<T> {
  title: string;
  /** In characters. */
  width: number;
  cell: (row: T) => Cell;
}

export interface Ledger<T> {
  /** Name of the sheet. */
  name: string;
  columns: readonly LedgerColumn<T>[];
  rows: AsyncIterable<T> | Iterable<T>;
}

/** What the first sheet says: who exported what, when and why. */
export type CoverLine = readonly [label: string, text: string];

/**
 * A workbook of one or several ledgers behind a cover. The cover says how many rows there are.
 * Throws RefusedError('too-large') beyond {@link MAX_LEDGER_ROWS} rows of one ledger.
 */
// Ledgers of one workbook hold rows of different types.
// oxlint-disable-next-line typescript/no-explicit-any
export async function workbookOf(cover: readonly CoverLine[], ledgers: readonly Ledger<any>[]): Promise<Buffer> {
  const stream = new PassThrough();
  const written = buffer(stream);
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
  const first = workbook.addWorksheet('导出说明');
  const counts: CoverLine[] = [];
  for (const ledger of ledgers) counts.push([`${ledger.name}（行）`, String(await writeLedger(workbook, ledger))]);
  first.columns = COVER_WIDTHS.map((width) => ({ width }));
  for (const [label, text] of [...cover, ...counts, APOSTROPHES]) writeRow(first, [label, text]);
  first.commit();
  await workbook.commit();
  return written;
}

const APOSTROPHES: CoverLine = ['说明', '以 = + - @ 等开头的文字前面加了一个撇号，以免被表格软件当成公式。'];

async function writeLedger<T>(workbook: exceljs.stream.xlsx.WorkbookWriter, ledger: Ledger<T>): Promise<number> {
  const { name, columns } = ledger;
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ width }) => ({ width }));
  const head = writeRow(
    sheet,
    columns.map(({ title }) => title),
  );
  head.font = { bold: true };
  head.commit();
  let count = 0;
  for await (const row of ledger.rows) {
    if (++count > MAX_LEDGER_ROWS)
      throw new RefusedError('too-large', `超过 ${MAX_LEDGER_ROWS} 行，一次导不完。请加上时间、乡镇等条件，分几次导出。`);
    writeRow(
      sheet,
      columns.map(({ cell }) => cell(row)),
    ).commit();
    if (count % ROWS_AT_ONCE === 0) await otherWork();
  }
  sheet.commit();
  return count;
}

const TEXT_FORMAT = '@';
const INSTANT_FORMAT = 'yyyy-mm-dd hh:mm';

function writeRow(sheet: exceljs.Worksheet, values: readonly Cell[]): exceljs.Row {
  const row = sheet.addRow([]);
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const cell = row.getCell(index + 1);
    if (typeof value === 'number') cell.value = value;
    else if (typeof value === 'object') {
      // A workbook knows no zones: what stands there is read as it is.
      cell.value = new Date(value.atMs + CHINA_OFFSET_MS);
      cell.numFmt = INSTANT_FORMAT;
    } else {
      cell.value = cellText(value);
      // A text that somebody opens for editing stays one.
      cell.numFmt = TEXT_FORMAT;
    }
  }
  return row;
}
