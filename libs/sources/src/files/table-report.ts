import type { SheetName } from './sheet-choice.js';

/** What a reader knows of a row beside its cells. */
export interface RowTraits {
  /** Not shown by the program that opens the file: hidden by hand, or by a filter. */
  hidden: boolean;
  /** Places of the cells whose value stands in a merged cell that begins in a row above. */
  spanned: readonly number[];
}

export const PLAIN_ROW: RowTraits = { hidden: false, spanned: [] };

/** What of a table was no data, and what to know of its rows; filled while the table is read. */
export class TableReport {
  /** Names of the columns; null until the header is found. */
  columns: readonly string[] | null = null;
  /** Rows above the header with something in them. */
  titleRows = 0;
  /** Rows of the table without anything in them; those behind the last row are no part of it. */
  blankRows = 0;
  /** Rows that were read although nobody sees them. */
  hiddenRows = 0;
  /** By column, rows that got their value from a merged cell that begins above. */
  readonly spannedRows = new Map<string, number>();

  note({ hidden, spanned }: RowTraits): void {
    if (hidden) this.hiddenRows++;
    for (const place of spanned) {
      const column = this.columns?.[place];
      if (column !== undefined) this.spannedRows.set(column, (this.spannedRows.get(column) ?? 0) + 1);
    }
  }
}

/** What the reader of a workbook tells beside its rows. */
export interface TableListener {
  /** Which other sheets have something in them. */
  onUnread: (sheets: readonly SheetName[]) => void;
  report: TableReport;
}
