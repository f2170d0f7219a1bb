import { open, stat } from 'node:fs/promises';
import type { Cell } from '../pipeline/row.js';
import { fileKindOf } from './file-kind.js';
import { FileRefusedError, MAX_SHEET_ROWS } from './limits.js';
import { sheetNames } from './sheet-choice.js';
import { sheetRows } from './sheet-rows.js';
import { guardWorkbook } from './workbook-guard.js';
import { openPackage, type WorkbookPackage } from './workbook-package.js';
import { readXml } from './xml-parts.js';
import { entriesOf, openZip } from './zip-entries.js';

/** A ledger that people fill in by hand; a megabyte holds thousands of rows. */
const MAX_PLAIN_SHEET_BYTES = 5 * 1024 * 1024;
const HEAD_BYTES = 4_096;
/** Parts by which a workbook does something, or fetches what stands elsewhere. */
const ACTIVE_PARTS =
  /vbaproject|\/externallinks\/|\/embeddings\/|\/activex\/|xl\/connections\.xml|\/querytables\/|\/macrosheets\//i;
const SAVE_WITHOUT = '请用平台导出的表格填写，另存为不含宏和链接的 .xlsx，再上传。';

export interface PlainRow {
  /** As the person who opens the sheet counts them, from 1. */
  number: number;
  cells: Cell[];
}

/**
 * The rows of the named sheet of a workbook that holds values alone, for what is to be taken literally. Throws FileRefusedError for anything that is no
 * such workbook: macros, formulas, links to other files, more rows than asked for.
 */
export async function plainSheet(
  path: string,
  { sheet: name, maxRows }: { sheet: string; maxRows: number },
): Promise<PlainRow[]> {
  if ((await stat(path)).size > MAX_PLAIN_SHEET_BYTES)
    throw new FileRefusedError(`表格超过 ${MAX_PLAIN_SHEET_BYTES / 1024 / 1024} MB，请删去图片，或分几次上传。`);
  if ((await fileKindOf(path, await headOf(path))) !== 'xlsx') throw new FileRefusedError(`不是 .xlsx 表格。${SAVE_WITHOUT}`);
  await guardWorkbook(path);
  await assertPassive(path);
  const workbook = await openPackage(path);
  try {
    const sheet = workbook.sheets.find((one) => one.name === name);
    if (!sheet)
      throw new FileRefusedError(
        `表格里没有名为“${name}”的工作表，有的是：${sheetNames(workbook.sheets)}。请用平台导出的表格填写。`,
      );
    await assertNoFormula(workbook, sheet.part);
    return await rowsOf(workbook, sheet.part, maxRows);
  } finally {
    workbook.close();
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function assertPassive(path: string): Promise<void> {
  const zip = await openZip(path);
  try {
    for await (const { fileName } of entriesOf(zip))
      if (ACTIVE_PARTS.test(fileName.replaceAll('\\', '/')))
        throw new FileRefusedError(`表格里有宏、外部链接或嵌入的文件，已拒绝。${SAVE_WITHOUT}`);
  } finally {
    zip.close();
  }
}

/** What a formula shows is what somebody's program has reckoned, not what a person has written. */
async function assertNoFormula(workbook: WorkbookPackage, part: string): Promise<void> {
  let cell = '';
  await readXml(await workbook.open(part), {
    open: (name, attributes) => {
      if (name === 'c') cell = attributes['r'] ?? '';
      else if (name === 'f')
        throw new FileRefusedError(`单元格 ${cell} 里是公式，已拒绝。请改成数值（复制后“选择性粘贴－数值”），再上传。`);
    },
  });
}

async function rowsOf(workbook: WorkbookPackage, part: string, maxRows: number): Promise<PlainRow[]> {
  const rows: PlainRow[] = [];
  for await (const { number, cells } of sheetRows(workbook, part)) {
    // The head is one more.
    if (rows.length > maxRows) throw new FileRefusedError(`一次最多 ${maxRows} 行，请分几次导出和上传。`);
    // By its number a row is told of, and known again.
    if (!(number > (rows.at(-1)?.number ?? 0) && number <= MAX_SHEET_ROWS))
      throw new FileRefusedError('工作簿的行号不对，请用表格软件打开后另存，再试一次。');
    rows.push({ number, cells });
  }
  return rows;
}
