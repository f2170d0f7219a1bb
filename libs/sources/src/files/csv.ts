import type { FileFormat } from '@tianyan/contracts';
import { CsvError, parse } from 'csv-parse';
import type { Readable } from 'node:stream';
import type { SourceRow } from '../pipeline/row.js';
import { TextDecoding } from './text-decoding.js';
import { TableReader } from './header.js';
import { FileRefusedError, MAX_ROW_BYTES } from './limits.js';
import { TableReport } from './table-report.js';

/** Bytes looked at to tell the encoding; enough that a Chinese file shows its colours. */
export const SNIFFED_BYTES = 64 * 1024;

/** The rows of a file of separated values. */
export async function* csvRows(
  bytes: Readable,
  head: Buffer,
  format: FileFormat,
  report = new TableReport(),
): AsyncGenerator<SourceRow> {
  const encoding = format.encoding === 'auto' ? sniffEncoding(head) : format.encoding;
  const parser = parse({
    delimiter: format.delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    bom: true,
    // Files put together from several have several: guessed from the first line, the rest would be one long row.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_ROW_BYTES,
  });
  const decoding = new TextDecoding(encoding);
  const text = bytes.pipe(decoding);
  // A pipe does not hand on failures: the reader of the rows has to hear of a broken archive or a size limit.
  for (const stream of [bytes, text]) stream.on('error', (error: Error) => parser.destroy(error));
  const table = new TableReader(format, report, () => decoding.badBytesMet);
  try {
    for await (const cells of text.pipe(parser) as AsyncIterable<string[]>) {
      const row = table.read(cells);
      if (row) yield swallows(cells, format.delimiter) ? { ...row, problem: SWALLOWED } : row;
    }
    table.end();
  } catch (error) {
    throw error instanceof CsvError ? csvRefusal(error) : error;
  } finally {
    bytes.destroy();
  }
}

const SWALLOWED = '引号没有成对：有一格里含有换行，换行后面像是另外几行数据。请在来源系统中改正引号后重新导出';
/** A line of a text has fewer separators than that; of a row, even of a part of one, at least so many. */
const FEWEST_SEPARATORS = 2;

/**
 * Two stray quotes make one cell of all that stands between them, and whole rows vanish in it. Such a row goes to quarantine with
 * its text: nothing of it may be taken for a value.
 */
function swallows(cells: readonly string[], delimiter: string): boolean {
  const atLeast = Math.max(FEWEST_SEPARATORS, Math.floor((cells.length - 1) / 2));
  return cells.some((cell) =>
    cell
      .split(/[\r\n]+/)
      .slice(1)
      .some((line) => line.split(delimiter).length - 1 >= atLeast),
  );
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

export type TextEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/**
 * UTF-8 is recognised by what its bytes make: of a text in GB18030, the only other encoding that Chinese systems export, they
 * make hardly a character. A few that are broken (an export cut in the middle of one) do not make it another encoding.
 */
export function sniffEncoding(head: Buffer): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // `stream` lets the last character be cut off in the middle.
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  let whole = 0;
  let broken = 0;
  for (const character of text) {
    if (character === REPLACEMENT) broken++;
    else if (character > LAST_ASCII) whole++;
  }
  return broken * WHOLE_PER_BROKEN <= whole ? 'utf-8' : 'gb18030';
}

/** Read as UTF-8, two in three characters of a Chinese text in GB18030 are broken. */
const WHOLE_PER_BROKEN = 4;
const REPLACEMENT = '\uFFFD';
const LAST_ASCII = '\u007F';
