import type { FileFormat } from '@tianyan/contracts';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { SourcePage, SourceRow } from '../pipeline/row.js';
import { csvRows, SNIFFED_BYTES } from './csv.js';
import { FileRefusedError, MAX_FILE_BYTES, MAX_FILE_ROWS, MAX_PAGE_CHARS, ROWS_PER_PAGE } from './limits.js';
import { oldWorkbookRows, type OldFormat } from './old-workbook.js';
import { workbookRows } from './workbook.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZIP_MAGIC = Buffer.from('PK');
/** Workbooks of Excel 2003 and before. */
const OLE_MAGIC = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const ODS_ENTRIES = ['mimetype', 'content.xml'];
/** A table exported as a web page and named `.xls`. */
const HTML = /^[\s\xef\xbb\xbf]*<(!doctype html|html|table|meta|head|\?xml[^>]*>\s*<html)[\s>]/i;
const HTML_HEAD_BYTES = 1_000;

/**
 * The rows of a CSV or XLSX file, `.gz` included, or of an older format; what it is, its bytes say and not its name. Memory is bounded by one page.
 * @param onRead told how many bytes of the file on disk have been read.
 */
export async function* fileRows(
  path: string,
  format: FileFormat,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<SourceRow> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new FileRefusedError(`文件超过 ${MAX_FILE_BYTES / 1024 / 1024} MB，请分成几个文件。`);
  const head = await firstBytes(path, SNIFFED_BYTES);
  if (head.length === 0) throw new FileRefusedError('文件是空的。');
  let rows = 0;
  for await (const row of rowsOf(path, head, format, onRead)) {
    if (++rows > MAX_FILE_ROWS) throw new FileRefusedError(`文件超过 ${MAX_FILE_ROWS} 行，请分成几个文件。`);
    yield { ...row, rowNumber: rows };
  }
  onRead(size);
}

function rowsOf(path: string, head: Buffer, format: FileFormat, onRead: (bytes: number) => void): AsyncGenerator<SourceRow> {
  const old = oldFormatOf(head);
  if (old !== null) return oldWorkbookRows(path, old, format);
  return startsWith(head, ZIP_MAGIC) ? workbookRows(path, format) : textRows(path, head, format, onRead);
}

function oldFormatOf(head: Buffer): OldFormat | null {
  if (startsWith(head, OLE_MAGIC)) return 'xls';
  // By rule its type is an OpenDocument archive's first entry; some programs write it later.
  if (startsWith(head, ZIP_MAGIC)) return ODS_ENTRIES.every((name) => head.includes(name)) ? 'ods' : null;
  return HTML.test(head.subarray(0, HTML_HEAD_BYTES).toString('latin1')) ? 'html' : null;
}

/** Rows in pages as the pipeline takes them. */
export async function* filePages(rows: AsyncIterable<SourceRow>): AsyncGenerator<SourcePage> {
  let page: SourceRow[] = [];
  let chars = 0;
  for await (const row of rows) {
    page.push(row);
    chars += row.raw.length;
    if (page.length < ROWS_PER_PAGE && chars < MAX_PAGE_CHARS) continue;
    yield { rows: page, acknowledge: async () => undefined };
    page = [];
    chars = 0;
  }
  if (page.length > 0) yield { rows: page, acknowledge: async () => undefined };
}

async function* textRows(
  path: string,
  head: Buffer,
  format: FileFormat,
  onRead: (bytes: number) => void,
): AsyncGenerator<SourceRow> {
  const zipped = startsWith(head, GZIP_MAGIC);
  const sniffed = zipped ? await firstBytesOf(unzipped(createReadStream(path)), SNIFFED_BYTES) : head;
  // Only now: a stream that fails before anybody listens would end the process.
  const file = createReadStream(path).on('data', () => onRead(file.bytesRead));
  yield* csvRows(zipped ? unzipped(file) : file, sniffed, format);
}

/** Unpacks, and stops where a bomb would begin. */
function unzipped(file: Readable): Readable {
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_FILE_BYTES)
        done(new FileRefusedError(`文件解压后超过 ${MAX_FILE_BYTES / 1024 / 1024} MB，已拒绝。请分成几个文件。`));
      else done(null, chunk);
    },
  });
  const gunzip = createGunzip();
  file.on('error', (error) => limit.destroy(error));
  gunzip.on('error', (cause) =>
    limit.destroy(new FileRefusedError('压缩文件（.gz）损坏，无法解压，请重新取得文件。', { cause })),
  );
  limit.on('close', () => file.destroy());
  return file.pipe(gunzip).pipe(limit);
}

async function firstBytes(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function firstBytesOf(stream: Readable, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bytes);
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
