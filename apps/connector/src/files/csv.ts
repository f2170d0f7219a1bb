import type { FileFormat } from '@tianyan/contracts';
import { CsvError, parse } from 'csv-parse';
import type { Readable } from 'node:stream';
import type { SourceRow } from '../pipeline/row.js';
import { TextDecoding } from './text-decoding.js';
import { TableReader } from './header.js';
import { FileRefusedError, MAX_ROW_BYTES } from './limits.js';

/** Bytes looked at to tell the encoding; enough that a Chinese file shows its colours. */
export const SNIFFED_BYTES = 64 * 1024;

/** The rows of a file of separated values. */
export async function* csvRows(bytes: Readable, head: Buffer, format: FileFormat): AsyncGenerator<SourceRow> {
  const encoding = format.encoding === 'auto' ? sniffEncoding(head) : format.encoding;
  const parser = parse({
    delimiter: format.delimiter,
    // All at once: a header may end otherwise than the rows that were pasted below it.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    bom: true,
    max_record_size: MAX_ROW_BYTES,
  });
  const decoding = new TextDecoding(encoding);
  const text = bytes.pipe(decoding);
  // A pipe does not hand on failures: the reader of the rows has to hear of a broken archive or a size limit.
  for (const stream of [bytes, text]) stream.on('error', (error: Error) => parser.destroy(error));
  const table = new TableReader(format, true, () => decoding.badBytesMet);
  try {
    for await (const cells of text.pipe(parser) as AsyncIterable<string[]>) {
      const row = table.read(cells);
      if (row) yield row;
    }
    table.end();
  } catch (error) {
    throw error instanceof CsvError ? csvRefusal(error) : error;
  } finally {
    bytes.destroy();
  }
}

function csvRefusal(error: CsvError): FileRefusedError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new FileRefusedError('文件中有没有成对的引号（"），无法分清各行。请在来源系统中重新导出。', { cause: error });
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new FileRefusedError(`有一行超过 ${MAX_ROW_BYTES / 1024 / 1024} MB，可能是引号没有成对。请在来源系统中重新导出。`, {
      cause: error,
    });
  return new FileRefusedError('文件不是有效的 CSV，请在来源系统中重新导出。', { cause: error });
}

/**
 * UTF-8 is told by the Chinese characters that come out of it; a cut one spoils its own row and not the whole file.
 * Bytes of GB18030, the only other encoding that Chinese systems export, give next to none.
 */
export function sniffEncoding(head: Buffer): 'utf-8' | 'gb18030' | 'utf-16le' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  // `stream` lets the last character be cut off in the middle.
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  const bad = text.match(/\uFFFD/g)?.length ?? 0;
  return bad === 0 || bad < (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0) ? 'utf-8' : 'gb18030';
}
