import { parseError } from '@clickhouse/client';
import { z } from 'zod';

const progressSchema = z.object({ read_rows: z.coerce.number<string | number>().int().nonnegative() });

/** The lines of an answer that says, between its rows, how far the query is (`JSONEachRowWithProgress`). */
export class ReadProgress {
  /** Rows of tables that the query has read until the last line that said so. */
  readRows = 0;

  /** The rows among some lines. Throws what ClickHouse says went wrong where that is one of them. */
  rowsOf(lines: readonly unknown[]): unknown[] {
    return lines.flatMap((line) => {
      if (typeof line !== 'object' || line === null) throw new TypeError('a line of an answer that is no object');
      if ('row' in line) return [line.row];
      if ('progress' in line) this.readRows = Math.max(this.readRows, progressSchema.parse(line.progress).read_rows);
      if ('exception' in line) throw parseError(String(line.exception));
      // What else there may be tells of the columns, and of totals that nobody has asked for.
      return [];
    });
  }
}
