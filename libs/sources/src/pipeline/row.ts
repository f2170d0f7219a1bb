import type { Row } from '@tianyan/contracts';

/** A cell of a file. */
export type Cell = string | number | boolean | null;

/** One row of a source as it was read, before anybody knows what it means. */
export interface SourceRow {
  /** Null if the text could not even be read as a row; `problem` says why. */
  row: Row | null;
  /** The row as text: evidence, and what a person mends in quarantine. */
  raw: string;
  /** Chinese. */
  problem?: string;
  /** Of a file: which of its rows, from 1. */
  rowNumber?: number;
}

/** Rows that are published together, and what makes them count as read. */
export interface SourcePage {
  rows: readonly SourceRow[];
  /** Called after the stream has acknowledged every record of the page: moves the cursor. */
  acknowledge(): Promise<void>;
  /** The source has said that another page follows. */
  more?: boolean;
}

/** An element of a JSON list as a row. */
export function jsonRow(value: unknown): SourceRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { row: value as Row, raw: JSON.stringify(value) }; // an object, as tested
  const raw = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return { row: null, raw, problem: '不是一条完整的 JSON 对象，无法识别字段' };
}
