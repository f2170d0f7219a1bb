import type { FileFormat, Row } from '@tianyan/contracts';
import type { Cell, SourceRow } from '../pipeline/row.js';
import { FileRefusedError, MAX_CELL_CHARS, MAX_HEADER_SEARCH_ROWS } from './limits.js';
import { PLAIN_ROW, type RowTraits, type TableReport } from './table-report.js';

/** Turns the cells of a table into rows under column names: finds the header below title rows, then names the cells. */
export class TableReader {
  private header: readonly string[] | null = null;
  private readonly lastRows: (readonly Cell[])[] = [];
  private rowsSearched = 0;
  /** Empty rows since the last row with something in it. */
  private blankRows = 0;

  constructor(
    private readonly format: FileFormat,
    private readonly report: TableReport,
    /** Whether bytes were met that mean nothing in the encoding; before that, a replacement character stood in the source itself. */
    private readonly badBytesMet: () => boolean = () => false,
  ) {}

  /** The row that these cells are; null for rows up to the header and for empty ones. */
  read(cells: readonly Cell[], traits: RowTraits = PLAIN_ROW): SourceRow | null {
    if (this.header === null) {
      this.search(cells);
      return null;
    }
    if (isBlank(cells)) {
      this.blankRows++;
      return null;
    }
    this.report.blankRows += this.blankRows;
    this.blankRows = 0;
    this.report.note(traits);
    return this.name(this.header, cells);
  }

  /** Throws if the file ended before a header was found. */
  end(): void {
    if (this.header === null) throw this.notFound();
  }

  private search(cells: readonly Cell[]): void {
    this.lastRows.push(cells);
    if (!isBlank(cells)) this.report.titleRows++;
    if (this.lastRows.length > this.format.headerRows) this.lastRows.shift();
    const names = columnNames(this.lastRows);
    if (this.lastRows.length === this.format.headerRows && this.format.header.every((name) => names.includes(name)))
      this.found(distinct(names));
    else if (++this.rowsSearched >= MAX_HEADER_SEARCH_ROWS) throw this.notFound();
  }

  private found(header: readonly string[]): void {
    this.header = header;
    this.report.columns = header;
    this.report.titleRows -= this.lastRows.filter((row) => !isBlank(row)).length;
  }

  private notFound(): FileRefusedError {
    const garbled =
      this.badBytesMet() ||
      this.lastRows.some((row) => row.some((cell) => typeof cell === 'string' && cell.includes(REPLACEMENT)));
    const hint = garbled ? '文件有乱码，编码可能与映射中声明的不同（UTF-8 / GB18030）。' : '请检查是否选错了文件或映射。';
    return new FileRefusedError(
      `前 ${MAX_HEADER_SEARCH_ROWS} 行中找不到表头，需要有这些列：${this.format.header.join('、')}。${hint}`,
    );
  }

  private name(header: readonly string[], cells: readonly Cell[]): SourceRow {
    const extra = cells.slice(header.length).filter((cell) => cell !== null && cell !== '');
    const row: Row = Object.fromEntries(header.map((name, index) => [name, cells[index] ?? null]));
    const problem =
      // Fewer are no mistake: spreadsheets leave out the empty cells at the end of a row.
      extra.length > 0
        ? `列数不对：表头有 ${header.length} 列，这一行有 ${cells.length} 列`
        : cellProblem(header, cells, this.badBytesMet());
    return problem === undefined
      ? { row, raw: JSON.stringify(row) }
      : { row, raw: JSON.stringify(extra.length > 0 ? { ...row, '（多出的列）': extra } : row), problem };
  }
}

function isBlank(cells: readonly Cell[]): boolean {
  return cells.every((cell) => cell === null || cell === '');
}

/** What a decoder puts where the bytes mean nothing in the encoding. */
const REPLACEMENT = '\uFFFD';

function cellProblem(header: readonly string[], cells: readonly Cell[], badBytesMet: boolean): string | undefined {
  for (const [index, cell] of cells.entries()) {
    if (typeof cell !== 'string') continue;
    const column = header[index] ?? `第 ${index + 1} 列`;
    if (cell.length > MAX_CELL_CHARS) return `单元格过长：“${column}”有 ${cell.length} 字，最多 ${MAX_CELL_CHARS} 字`;
    if (badBytesMet && cell.includes(REPLACEMENT)) return `“${column}”中有无法识别的字（编码不对）`;
  }
  return undefined;
}

/** Of stacked header rows the lowest name counts: the upper one is a group, or a cell merged downwards. */
function columnNames(rows: readonly (readonly Cell[])[]): string[] {
  const width = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: width }, (_unused, column) => {
    for (let index = rows.length - 1; index >= 0; index--) {
      const cell = rows[index]?.[column];
      const name = cell === null || cell === undefined ? '' : String(cell).trim();
      if (name !== '') return name;
    }
    return '';
  });
}

/** Unnamed columns are called after their place, repeated names after their repetition: no cell may hide another. */
function distinct(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name, index) => {
    if (name === '') return `第 ${index + 1} 列`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}（${count}）`;
  });
}
