import type { FileFormat } from '@tianyan/contracts';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import type { SourceRow } from '../pipeline/row.js';
import { TableReader } from './header.js';
import { FileRefusedError, LOCKED } from './limits.js';
import { MergedCells, type MergedColumn } from './merged-cells.js';
import { OdsOutline, OdsRows, type OdsRow } from './ods-content.js';
import { chooseSheet } from './sheet-choice.js';
import type { TableListener, TableReport } from './table-report.js';
import { guardWorkbook } from './workbook-guard.js';
import { parseXml, readXml } from './xml-parts.js';
import { entriesOf, openEntry, openZip } from './zip-entries.js';

/**
 * The rows of one sheet of an OpenDocument spreadsheet, read as a stream: memory is bounded by one chunk, whatever the file
 * unpacks to and however often it says that a row repeats.
 */
export async function* odsRows(path: string, format: FileFormat, { onUnread, report }: TableListener): AsyncGenerator<SourceRow> {
  await guardWorkbook(path);
  const zip = await openZip(path);
  try {
    const content = await findContent(zip);
    const outline = new OdsOutline();
    await readXml(await openEntry(zip, content), outline);
    const chosen = chooseSheet(outline.sheets, format.sheet);
    onUnread(outline.sheets.filter((sheet) => sheet !== chosen && sheet.filled));
    yield* tableRows(await openEntry(zip, content), new OdsRows(chosen.place), format, report);
  } catch (error) {
    if (error instanceof FileRefusedError) throw error;
    throw new FileRefusedError('工作簿的内容无法读取，请用表格软件打开后另存，再试一次。', { cause: error });
  } finally {
    zip.close();
  }
}

async function findContent(zip: ZipFile): Promise<Entry> {
  let content: Entry | null = null;
  for await (const entry of entriesOf(zip)) {
    if (entry.fileName === 'content.xml') content = entry;
    if (entry.fileName === 'META-INF/manifest.xml') await refuseEncrypted(await openEntry(zip, entry));
  }
  if (!content) throw new FileRefusedError('工作簿缺少部件，请用表格软件打开后另存，再试一次。');
  return content;
}

/** The manifest says of each part whether it is encrypted; the part itself is then no XML. */
async function refuseEncrypted(manifest: Readable): Promise<void> {
  await readXml(manifest, {
    open: (name) => {
      if (name === 'encryption-data') throw new FileRefusedError(LOCKED);
    },
  });
}

async function* tableRows(content: Readable, rows: OdsRows, format: FileFormat, report: TableReport): AsyncGenerator<SourceRow> {
  const table = new TableReader(format, report);
  const spanning = new MergedCells();
  const steps = parseXml(content, rows);
  let number = 0;
  try {
    while (!(await steps.next()).done)
      for (const row of rows.take()) {
        for (const cells of repeatedCells(row)) {
          const spanned = spanning.fill(number, cells, reachOf(row, number));
          number++;
          const read = table.read(cells, { hidden: row.hidden, spanned });
          if (read) yield read;
        }
        if (row.cells.length === 0) number += row.repeated - 1;
      }
    table.end();
  } finally {
    // Closes the part where the reader of the rows stops early.
    await steps.return(undefined);
  }
}

/** The million empty rows below a table are one. */
function* repeatedCells({ cells, repeated }: OdsRow): Generator<OdsRow['cells']> {
  const times = cells.length === 0 ? 1 : repeated;
  for (let count = 0; count < times; count++) yield [...cells];
}

function reachOf({ merged }: OdsRow, number: number): MergedColumn[] {
  return merged.map(({ column, rows }) => ({ column, bottom: number + rows - 1 }));
}
