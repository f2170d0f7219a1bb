import type { Cell } from '../pipeline/row.js';

/** A merged cell that spans several rows: its left column and its last row. */
export interface MergedColumn {
  column: number;
  bottom: number;
}

/** Gives the value of a merged cell to each of its rows, as a person reads it; files hold it in the first row only. */
export class MergedCells {
  /** Merged cells that reach below the current row, by column. */
  private readonly reaching = new Map<number, { bottom: number; value: Cell }>();

  /**
   * Completes a row; to be called for each row from top to bottom. Rows that have nothing of their own stay empty: a merged
   * cell makes no rows.
   * @param starting the merged cells whose first row this is
   * @returns the columns that got a value
   */
  fill(row: number, cells: Cell[], starting: readonly MergedColumn[]): number[] {
    const given: number[] = [];
    const filled = cells.some((cell) => cell !== null && cell !== '');
    for (const [column, { bottom, value }] of this.reaching) {
      if (row > bottom) this.reaching.delete(column);
      else if (filled) {
        while (cells.length <= column) cells.push(null);
        if (cells[column] === null && value !== null) given.push(column);
        cells[column] ??= value;
      }
    }
    for (const { column, bottom } of starting) this.reaching.set(column, { bottom, value: cells[column] ?? null });
    return given;
  }
}
