import type { Cell } from '../pipeline/row.js';
import { FileRefusedError, MAX_MERGED_RANGES, MAX_SHEET_COLUMNS } from './limits.js';
import { MergedCells, type MergedColumn } from './merged-cells.js';
import type { RowTraits } from './table-report.js';
import { PLAIN, shownNumber, shownText } from './number-format.js';
import { parseXml, wholeCharacters } from './xml-parts.js';
import { RichText, unescaped, type WorkbookPackage } from './workbook-package.js';

export interface SheetRow {
  /** As people count them, from 1: what nobody ever wrote into need not stand in the part. */
  number: number;
  cells: Cell[];
  traits: RowTraits;
}

/** The rows of a sheet from top to bottom, as the person who opens it sees them. Memory is bounded by one chunk of the part. */
export async function* sheetRows(workbook: WorkbookPackage, part: string): AsyncGenerator<SheetRow> {
  const merged = await mergedColumns(workbook, part);
  const rows = new RowGatherer(workbook, merged);
  const steps = parseXml(await workbook.open(part), rows);
  try {
    while (!(await steps.next()).done) yield* rows.take();
  } finally {
    // Closes the part where the reader of the rows stops early.
    await steps.return(undefined);
  }
}

/**
 * Merged cells by their top row: the left column of each that spans several rows. They stand behind the rows in the part,
 * so they are looked for before the rows are read.
 */
async function mergedColumns(workbook: WorkbookPackage, part: string): Promise<ReadonlyMap<number, MergedColumn[]>> {
  const found = new Map<number, MergedColumn[]>();
  let count = 0;
  let rest = '';
  for await (const chunk of wholeCharacters(await workbook.open(part))) {
    const text = rest + chunk;
    for (const [, from, top, bottom] of text.matchAll(/mergeCell\s[^<>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"[^<>]*>/g)) {
      if (++count > MAX_MERGED_RANGES) throw new FileRefusedError(`合并单元格超过 ${MAX_MERGED_RANGES} 处，请取消合并后再导入。`);
      if (from === undefined || top === bottom) continue;
      const at = found.get(Number(top)) ?? [];
      at.push({ column: columnOf(from), bottom: Number(bottom) });
      found.set(Number(top), at);
    }
    // A tag cut in the middle goes on in the next chunk; a complete one is not seen twice.
    const open = text.lastIndexOf('<');
    rest = open > text.lastIndexOf('>') ? text.slice(open).slice(0, MAX_TAG_CHARS) : '';
  }
  return found;
}

/** A merge tag is below a hundred characters; a longer one is something else. */
const MAX_TAG_CHARS = 1_000;

/** From letters to a place counted from 0. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  if (column < 1 || column > MAX_SHEET_COLUMNS)
    throw new FileRefusedError('工作簿的列号超出范围，请用表格软件打开后另存，再试一次。');
  return column - 1;
}

class RowGatherer {
  private ready: SheetRow[] = [];
  private cells: Cell[] = [];
  private row = 0;
  private hidden = false;
  private column = -1;
  private type = 'n';
  private style = 0;
  private value = '';
  private inValue = false;
  private readonly rich = new RichText();
  private readonly spanning = new MergedCells();

  constructor(
    private readonly workbook: WorkbookPackage,
    private readonly merged: ReadonlyMap<number, MergedColumn[]>,
  ) {}

  take(): SheetRow[] {
    const rows = this.ready;
    this.ready = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      this.row = Number(attributes['r'] ?? this.row + 1);
      this.hidden = attributes['hidden'] === '1' || attributes['hidden'] === 'true';
      this.cells = [];
      this.column = -1;
    } else if (name === 'c') {
      const letters = /^[A-Z]+/.exec(attributes['r'] ?? '')?.[0];
      this.column = letters === undefined ? this.column + 1 : columnOf(letters);
      this.type = attributes['t'] ?? 'n';
      this.style = Number(attributes['s'] ?? 0);
      this.value = '';
      this.rich.start();
    } else if (name === 'v') this.inValue = true;
    else this.rich.open(name);
  }

  text(text: string): void {
    if (this.inValue) this.value += text;
    else this.rich.add(text);
  }

  close(name: string): void {
    if (name === 'v') this.inValue = false;
    else if (name === 'c') {
      while (this.cells.length < this.column) this.cells.push(null);
      this.cells[this.column] = this.cell();
    } else if (name === 'row') this.endRow();
    else this.rich.close(name);
  }

  /** A formula counts as what the author last saw; it is never calculated here. */
  private cell(): Cell {
    const { type, value } = this;
    const format = this.workbook.formats[this.style] ?? PLAIN;
    if (type === 'inlineStr') return shownText(this.rich.text, format) || null;
    if (value === '') return null;
    switch (type) {
      case 's': {
        const text = this.workbook.sharedStrings[Number(value)];
        return text === undefined ? null : shownText(text, format);
      }
      case 'str':
        return shownText(unescaped(value), format);
      case 'b':
        return value === '1' || value === 'true';
      case 'e':
        // `#N/A` and the like: what it means is for whoever maps the row to say.
        return value;
      case 'd':
        return value.replace(/T00:00(:00(\.0+)?)?$/, '').replace('T', ' ');
      default: {
        const number = Number(value);
        return Number.isFinite(number) ? shownNumber(number, format, this.workbook.date1904) : value;
      }
    }
  }

  private endRow(): void {
    const spanned = this.spanning.fill(this.row, this.cells, this.merged.get(this.row) ?? []);
    this.ready.push({ number: this.row, cells: this.cells, traits: { hidden: this.hidden, spanned } });
  }
}

/** Begins a value or a text in a cell; an element that only begins with these letters is another one. */
const CONTENT = /<(?:\w+:)?(?:v|is)[\s>]/;
/** Longest beginning of such a tag that two chunks may share. */
const CONTENT_TAG_CHARS = 20;

/** Whether the sheet has a cell with something in it; a new workbook has two sheets without. */
export async function hasContent(workbook: WorkbookPackage, part: string): Promise<boolean> {
  let rest = '';
  for await (const chunk of wholeCharacters(await workbook.open(part))) {
    const text = rest + chunk;
    if (CONTENT.test(text)) return true;
    rest = text.slice(-CONTENT_TAG_CHARS);
  }
  return false;
}
