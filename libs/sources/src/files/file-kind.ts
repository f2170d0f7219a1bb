import type { Readable } from 'node:stream';
import { FileRefusedError, MAX_WORKBOOK_ENTRIES } from './limits.js';
import { markupOf } from './markup.js';
import { entriesOf, openEntry, openZip } from './zip-entries.js';

/** What a file is; its bytes say it and not its name. */
export type FileKind = 'text' | 'gzip' | 'xlsx' | 'ods' | 'xls' | 'xml-2003' | 'html';

const ZIP = Buffer.from('PK');
/** Files of known kinds that are no tables, by how they begin. */
const FOREIGN: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('%PDF'), '这是 PDF 文件，不是表格。请在来源系统中导出 Excel 或 CSV。'],
  [Buffer.from('Rar!'), '这是压缩文件（.rar）。请先解压，再导入其中的表格文件。'],
  [Buffer.from([0x37, 0x7a, 0xbc, 0xaf]), '这是压缩文件（.7z）。请先解压，再导入其中的表格文件。'],
  [Buffer.from('MIME-Version:'), '这是网页归档文件（.mht），无法读取。请用表格软件打开后另存为 .xlsx，再导入。'],
];
const OTHER_XML = '这是 XML 文件，不是可以读取的表格。请在来源系统中导出 Excel 或 CSV，或用表格软件打开后另存为 .xlsx。';

/** Throws FileRefusedError for a kind that is known and cannot be read, with the true reason. */
export async function fileKindOf(path: string, head: Buffer): Promise<FileKind> {
  if (startsWith(head, Buffer.from([0x1f, 0x8b]))) return 'gzip';
  if (startsWith(head, ZIP)) return archiveKind(path);
  // OLE: workbooks of Excel 2003 and before, and what is encrypted.
  if (startsWith(head, Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) return 'xls';
  for (const [magic, reason] of FOREIGN) if (startsWith(head, magic)) throw new FileRefusedError(reason);
  const markup = markupOf(head);
  if (markup === 'other-xml') throw new FileRefusedError(OTHER_XML);
  return markup ?? 'text';
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

/** Archives that are documents of some program, by a part that each of them has. */
const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['xl/workbook.bin', '这是 Excel 二进制工作簿（.xlsb），无法读取。请用表格软件打开后另存为 .xlsx，再导入。'],
  ['word/document.xml', '这是 Word 文档（.docx），不是表格。请把其中的表格复制到表格软件，另存为 .xlsx 后再导入。'],
  ['ppt/presentation.xml', '这是 PowerPoint 演示文稿（.pptx），不是表格。请把其中的表格复制到表格软件，另存为 .xlsx 后再导入。'],
];

/** By the directory of the archive: its parts may lie in any order, pictures before the tables. */
async function archiveKind(path: string): Promise<'xlsx' | 'ods'> {
  const zip = await openZip(path);
  try {
    const names = new Set<string>();
    let type: string | null = null;
    for await (const entry of entriesOf(zip)) {
      names.add(entry.fileName.replaceAll('\\', '/').toLowerCase());
      if (entry.fileName === 'mimetype') type = await firstLine(await openEntry(zip, entry));
      // Too many for a workbook, which is said by whoever reads it.
      if (names.size > MAX_WORKBOOK_ENTRIES) break;
    }
    for (const [part, reason] of DOCUMENTS) if (names.has(part)) throw new FileRefusedError(reason);
    if (!names.has('content.xml') || (type === null && !names.has('meta-inf/manifest.xml'))) return 'xlsx';
    if (type === null || type.includes('opendocument.spreadsheet')) return 'ods';
    throw new FileRefusedError(
      '这是 OpenDocument 文件，但不是表格（.ods）。请把其中的表格复制到表格软件，另存为 .xlsx 后再导入。',
    );
  } finally {
    zip.close();
  }
}

/** The type of an OpenDocument file stands in one line. */
async function firstLine(bytes: Readable): Promise<string> {
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) return chunk.subarray(0, MAX_TYPE_BYTES).toString();
    return '';
  } catch (cause) {
    throw new FileRefusedError('工作簿的内容损坏，无法解压，请重新导出或另存。', { cause });
  }
}

const MAX_TYPE_BYTES = 200;
