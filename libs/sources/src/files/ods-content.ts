import type { Cell } from '../pipeline/row.js';
import { FileRefusedError, MAX_SHEET_COLUMNS } from './limits.js';
import { PLAIN, saysAmount, shownNumber } from './number-format.js';
import type { SheetName } from './sheet-choice.js';
import type { XmlHandler } from './xml-parts.js';

/** Attributes with the prefixes that every program writes. */
type Attributes = Readonly<Record<string, string>>;

export interface OdsSheet extends SheetName {
  /** Place among all tables of the content. */
  place: number;
  filled: boolean;
}

/** Which sheets there are; to be fed the content once before its rows are read. */
export class OdsOutline implements XmlHandler {
  private readonly hiddenStyles = new Set<string>();
  private tableStyle: string | null = null;
  private tables = 0;
  private depth = 0;
  private current: OdsSheet | null = null;
  readonly sheets: OdsSheet[] = [];

  open(name: string, attributes: Attributes): void {
    if (name === 'style') this.tableStyle = attributes['style:family'] === 'table' ? (attributes['style:name'] ?? null) : null;
    else if (name === 'table-properties') {
      if (this.tableStyle !== null && attributes['table:display'] === 'false') this.hiddenStyles.add(this.tableStyle);
    } else if (name === 'table') {
      if (this.depth++ > 0) return;
      const hidden = this.hiddenStyles.has(attributes['table:style-name'] ?? '');
      this.current = { name: attributes['table:name'] ?? '', hidden, place: this.tables++, filled: false };
    } else if (name === 'table-source') {
      // What another file said when this one was saved; no sheet.
      this.current = null;
    } else if (name === 'table-cell' && this.current && attributes['office:value-type'] !== undefined) this.current.filled = true;
  }

  close(name: string): void {
    if (name !== 'table' || --this.depth > 0) return;
    if (this.current) this.sheets.push(this.current);
    this.current = null;
  }
}

/** A row as the content states it: several alike are one. */
export interface OdsRow {
  cells: Cell[];
  repeated: number;
  /** By hand or by a filter. */
  hidden: boolean;
  /** Merged cells that begin here, by how many rows they span. */
  merged: { column: number; rows: number }[];
}

const HIDDEN_ROWS = new Set(['collapse', 'filter']);

/** Elements of a paragraph that are its text. What else stands in a cell (notes, pictures) is not its content. */
const TEXT_ELEMENTS = new Set(['p', 'span', 'a']);

/** The rows of one table, as a person who opens it sees them; to be fed the content. */
export class OdsRows implements XmlHandler {
  private ready: OdsRow[] = [];
  private tables = 0;
  private depth = 0;
  private row: OdsRow | null = null;
  private column = 0;
  private cell: { attributes: Attributes; text: CellText } | null = null;
  /** Depth below an element of the cell that is not its content. */
  private aside = 0;

  /** @param place of the table among those of the content */
  constructor(private readonly place: number) {}

  take(): OdsRow[] {
    const rows = this.ready;
    this.ready = [];
    return rows;
  }

  open(name: string, attributes: Attributes): void {
    if (this.cell) this.openInCell(name, attributes);
    else if (name === 'table') {
      if (this.depth++ === 0) this.tables++;
    } else if (this.depth !== 1 || this.tables !== this.place + 1) return;
    else if (name === 'table-row') {
      const hidden = HIDDEN_ROWS.has(attributes['table:visibility'] ?? '');
      this.row = { cells: [], repeated: countIn(attributes, 'table:number-rows-repeated'), hidden, merged: [] };
      this.column = 0;
    } else if (name === 'table-cell' || name === 'covered-table-cell') this.cell = { attributes, text: new CellText() };
  }

  text(text: string): void {
    if (this.cell && this.aside === 0) this.cell.text.add(text);
  }

  close(name: string): void {
    if (this.cell) this.closeInCell(name);
    else if (name === 'table') this.depth--;
    else if (name === 'table-row' && this.row) {
      this.ready.push(this.row);
      this.row = null;
    }
  }

  private openInCell(name: string, attributes: Attributes): void {
    if (this.aside > 0 || !this.cell?.text.open(name, attributes)) this.aside++;
  }

  private closeInCell(name: string): void {
    if (this.aside > 0) this.aside--;
    else if (name === 'p') this.cell?.text.endParagraph();
    else if (name === 'table-cell') this.endCell(false);
    else if (name === 'covered-table-cell') this.endCell(true);
  }

  private endCell(covered: boolean): void {
    const { cell, row } = this;
    this.cell = null;
    if (!cell || !row) return;
    const repeated = countIn(cell.attributes, 'table:number-columns-repeated');
    const rows = countIn(cell.attributes, 'table:number-rows-spanned');
    if (rows > 1) row.merged.push({ column: this.column, rows });
    // What a merged cell covers is not shown.
    const value = covered ? null : valueOf(cell.attributes, cell.text.shown);
    if (value !== null) {
      if (this.column + repeated > MAX_SHEET_COLUMNS)
        throw new FileRefusedError(`工作表超过 ${MAX_SHEET_COLUMNS} 列，请用表格软件打开后另存，再试一次。`);
      while (row.cells.length < this.column) row.cells.push(null);
      for (let count = 0; count < repeated; count++) row.cells.push(value);
    }
    this.column += repeated;
  }
}

function countIn(attributes: Attributes, name: string): number {
  return Math.max(1, Math.trunc(Number(attributes[name] ?? 1)) || 1);
}

/** Stand for white space that counts, while other white space is one blank however much of it there is; XML cannot hold them. */
const BLANK = '\u0001';
const TAB = '\u0002';
const LINE_END = '\u0003';

/** The text of a cell, from its paragraphs. */
class CellText {
  private readonly paragraphs: string[] = [];
  private current = '';

  /** Whether the element is part of the text. */
  open(name: string, attributes: Attributes): boolean {
    if (name === 's') this.current += BLANK.repeat(Math.min(countIn(attributes, 'text:c'), MAX_BLANKS));
    else if (name === 'tab') this.current += TAB;
    else if (name === 'line-break') this.current += LINE_END;
    else return TEXT_ELEMENTS.has(name);
    return true;
  }

  add(text: string): void {
    this.current += text;
  }

  endParagraph(): void {
    this.paragraphs.push(
      this.current.replaceAll(/\s+/g, ' ').trim().replaceAll(BLANK, ' ').replaceAll(TAB, '\t').replaceAll(LINE_END, '\n'),
    );
    this.current = '';
  }

  get shown(): string {
    return this.paragraphs.join('\n');
  }
}

/** Blanks that one element stands for; more are no text. */
const MAX_BLANKS = 1_000;

function valueOf(attributes: Attributes, shown: string): Cell {
  // What it shows, such as `#N/A`: what it means is for whoever maps the row to say.
  if (attributes['calcext:value-type'] === 'error') return shown || null;
  switch (attributes['office:value-type']) {
    case 'float':
      return numberOf(Number(attributes['office:value']), shown);
    case 'percentage':
    case 'currency':
      return shownNumber(Number(attributes['office:value']), PLAIN, false);
    case 'date':
      return instantOf(attributes['office:date-value'] ?? '') || null;
    case 'time':
      return durationOf(attributes['office:time-value'] ?? '', shown) || null;
    case 'boolean':
      return attributes['office:boolean-value'] === 'true';
    default:
      return (attributes['office:string-value'] ?? shown) || null;
  }
}

/** The same rule as for the number formats of a workbook: a code is what is shown, an amount is what is stored. */
function numberOf(value: number, shown: string): Cell {
  if (!Number.isFinite(value)) return shown || null;
  const number = shownNumber(value, PLAIN, false);
  return typeof number === 'number' && Number.isInteger(number) && !saysAmount(shown, number) ? shown.trim() : number;
}

const SECOND_MS = 1_000;

/** Dates are stated in words, with fractions of a second that nobody has entered. */
function instantOf(text: string): string {
  if (!text.includes('T')) return text;
  const ms = Date.parse(`${text}Z`);
  if (Number.isNaN(ms)) return text;
  const rounded = new Date(Math.round(ms / SECOND_MS) * SECOND_MS).toISOString().slice(0, 19).replace('T', ' ');
  return rounded.replace(/ 00:00:00$/, '');
}

const DURATION = /^PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S$/;
const DAY_HOURS = 24;

/** A time of day; what is longer than a day is a duration, and is what it shows. */
function durationOf(text: string, shown: string): string {
  const [, hours, minutes, seconds] = DURATION.exec(text) ?? [];
  if (hours === undefined || Number(hours) >= DAY_HOURS) return shown || text;
  return (
    instantOf(`1970-01-01T${hours.padStart(2, '0')}:${minutes?.padStart(2, '0')}:${seconds?.padStart(2, '0')}`).slice(11) ||
    '00:00:00'
  );
}
