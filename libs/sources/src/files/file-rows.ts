import type { FileFormat } from '@tianyan/contracts';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { SourcePage, SourceRow } from '../pipeline/row.js';
import { csvRows, SNIFFED_BYTES } from './csv.js';
import { FileRefusedError, MAX_FILE_BYTES, MAX_FILE_ROWS, MAX_PAGE_CHARS, ROWS_PER_PAGE } from './limits.js';
import { fileKindOf, type FileKind } from './file-kind.js';
import { odsRows } from './ods.js';
import { oldWorkbookRows } from './old-workbook.js';
import type { SheetName } from './sheet-choice.js';
import { TableReport } from './table-report.js';
import { workbookRows } from './workbook.js';

/** Told while a file is read. */
export interface FileListener {
  /** How many bytes of the file on disk have been read. */
  onRead?: (bytes: number) => void;
  /** The sheets of a workbook that have something in them and are not read, before the first row. */
  onUnread?: (sheets: readonly SheetName[]) => void;
  /** Filled while the file is read. */
  report?: TableReport;
}

/** The rows of a CSV (`.gz` included), of a workbook or of an older format. Memory is bounded by one page, or by the limit of the format. */
export async function* fileRows(path: string, format: FileFormat, listener: FileListener = {}): AsyncGenerator<SourceRow> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new FileRefusedError(`文件超过 ${MAX_FILE_BYTES / 1024 / 1024} MB，请分成几个文件。`);
  const head = await firstBytes(path, SNIFFED_BYTES);
  if (head.length === 0) throw new FileRefusedError('文件是空的。');
  let rows = 0;
  for await (const row of rowsOf(await fileKindOf(path, head), path, head, format, listener)) {
    if (++rows > MAX_FILE_ROWS) throw new FileRefusedError(`文件超过 ${MAX_FILE_ROWS} 行，请分成几个文件。`);
    yield { ...row, rowNumber: rows };
  }
  listener.onRead?.(size);
}

function rowsOf(
  kind: FileKind,
  path: string,
  head: Buffer,
  format: FileFormat,
  { onRead = () => undefined, onUnread = () => undefined, report = new TableReport() }: FileListener,
): AsyncGenerator<SourceRow> {
  switch (kind) {
    case 'text':
      return textRows(path, head, { format, report }, onRead);
    case 'gzip':
      return zippedTextRows(path, { format, report }, onRead);
    case 'xlsx':
      return workbookRows(path, format, { onUnread, report });
    case 'ods':
      return odsRows(path, format, { onUnread, report });
    default:
      return oldWorkbookRows(path, kind, format, { onUnread, report });
  }
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

interface Reading {
  format: FileFormat;
  report: TableReport;
}

function textRows(path: string, head: Buffer, reading: Reading, onRead: (bytes: number) => void): AsyncGenerator<SourceRow> {
  return csvRows(fileBytes(path, onRead), head, reading.format, reading.report);
}

async function* zippedTextRows(path: string, reading: Reading, onRead: (bytes: number) => void): AsyncGenerator<SourceRow> {
  const sniffed = await firstBytesOf(unzipped(createReadStream(path)), SNIFFED_BYTES);
  // Only now: a stream that fails before anybody listens would end the process.
  yield* csvRows(unzipped(fileBytes(path, onRead)), sniffed, reading.format, reading.report);
}

function fileBytes(path: string, onRead: (bytes: number) => void): Readable {
  const file = createReadStream(path);
  return file.on('data', () => onRead(file.bytesRead));
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
