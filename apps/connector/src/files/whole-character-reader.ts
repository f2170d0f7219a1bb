import exceljs from 'exceljs';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

type Chunks = AsyncIterable<Buffer | string>;

const SHARED_STRINGS = '_parseSharedStrings';
const WORKSHEET = '_parseWorksheet';

/** The two methods of the library's reader through which every cell text passes; its types leave them out. */
interface ReaderParts {
  [SHARED_STRINGS](entry: Chunks): AsyncGenerator;
  [WORKSHEET](chunks: Chunks, sheetNumber: number): Generator;
}

/**
 * exceljs 4.4 decodes each chunk of a part by itself, so that a Chinese character which lies across two chunks comes out
 * as replacement characters (47 of 4,227 rows of one real file). Here the chunks reach it as text, cut between characters.
 */
export function openWorkbook(path: string): exceljs.stream.xlsx.WorkbookReader {
  const reader = new exceljs.stream.xlsx.WorkbookReader(path, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'emit',
  });
  const parts = reader as unknown as ReaderParts; // the methods are there, as the test with long Chinese texts would tell
  const parseSharedStrings = parts[SHARED_STRINGS].bind(reader);
  const parseWorksheet = parts[WORKSHEET].bind(reader);
  // For this part the library listens to events; a generator alone would not do.
  parts[SHARED_STRINGS] = (entry) => parseSharedStrings(Readable.from(wholeCharacters(entry)));
  parts[WORKSHEET] = (chunks, sheetNumber) => parseWorksheet(wholeCharacters(chunks), sheetNumber);
  return reader;
}

async function* wholeCharacters(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of chunks) yield typeof chunk === 'string' ? chunk : decoder.write(chunk);
  yield decoder.end();
}
