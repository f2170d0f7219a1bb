/** Largest file taken, as it lies on disk and after unpacking. A county's year of ledgers is below 50 MB. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;
/** Rows of one file; more is a database dump, not an export. */
export const MAX_FILE_ROWS = 5_000_000;
/** Longest cell. Longer ones are documents pasted into a table; the longest field of any contract is a fifth of this. */
export const MAX_CELL_CHARS = 100_000;
/** Longest row that the CSV reader gathers; reached when a quote is never closed. */
export const MAX_ROW_BYTES = 16 * 1024 * 1024;
/** Rows searched for the header, from the top. */
export const MAX_HEADER_SEARCH_ROWS = 50;
/** Rows published together. */
export const ROWS_PER_PAGE = 2_000;
/** Text of the rows published together: two thousand rows of endless cells would fill the memory. An ordinary page has a fifth of it. */
export const MAX_PAGE_CHARS = 8 * 1024 * 1024;
/** What all parts of a workbook may unpack to. */
export const MAX_WORKBOOK_BYTES = 256 * 1024 * 1024;
/** Parts of a workbook; a real one has some ten. */
export const MAX_WORKBOOK_ENTRIES = 1_000;
/** Real sheets shrink to a tenth or so; a bomb of zeros to a thousandth. */
export const MAX_WORKBOOK_RATIO = 200;
/** Below this size a part may shrink as it likes: a small file of blanks does no harm. */
export const RATIO_CHECKED_FROM_BYTES = 4 * 1024 * 1024;

/**
 * Files that a library has to read whole, in a thread of its own: Excel 2003 and before, its XML, web pages. They take some
 * forty times their size in memory (10 MB: 420 MB) and up to a second of the thread per megabyte on a busy machine; a year's
 * ledger of a township is below 2 MB.
 */
export const MAX_OLD_WORKBOOK_BYTES = 10 * 1024 * 1024;

/** Columns of a sheet, as Excel has them; a cell further right would make an endless row. */
export const MAX_SHEET_COLUMNS = 16_384;
/** Rows of a sheet, likewise. */
export const MAX_SHEET_ROWS = 1_048_576;
/** Merged cells of a sheet; they are kept in memory while it is read. */
export const MAX_MERGED_RANGES = 100_000;

/** The whole file cannot be read. The message is Chinese and says what to do. */
export class FileRefusedError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'FileRefusedError';
  }
}

/** Said of a workbook in a password's cover, whatever its format. */
export const LOCKED = '工作簿设了密码，无法读取。请取消密码（另存为不加密的 .xlsx）后再导入。';
