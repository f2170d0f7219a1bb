/** A field of a record, as the database answers it. */
export type Cell = string | number | boolean | null;

/** A record as it is read for judging: instant, order, id, version, offset in the stream, hash, and the fields that are looked at. */
export type RecordCells = [number, number, string, number, number, string, ...Cell[]];

/** Cells of a row before those of its fields. */
export const ENVELOPE_CELLS = 6;
export const AT_MS = 0;
const [ID, HASH] = [2, 5];
const WHOLE_NUMBER = /^-?\d+$/;

/**
 * A row of a reading by scopes. Throws TypeError for anything else. By hand and in place: after an outage half a million rows are read, and a schema that
 * copies each took a tenth of the judging process, and as much again to clear the copies away.
 */
export function scopedRecord(row: unknown): { scope: string; record: RecordCells } {
  if (typeof row !== 'object' || row === null || !('scope' in row) || typeof row.scope !== 'string') raise('its scope');
  return { scope: row.scope, record: linkedRecord(row) };
}

/** The record of a row; as {@link scopedRecord}. */
export function linkedRecord(row: unknown): RecordCells {
  if (typeof row !== 'object' || row === null || !('record' in row)) raise('a record');
  return recordCells(row.record);
}

/** 64-bit numbers come as text where the client keeps them exact; all of ours are safe integers. */
function recordCells(cells: unknown): RecordCells {
  if (!Array.isArray(cells) || cells.length < ENVELOPE_CELLS) raise('a record');
  const of: unknown[] = cells;
  for (let i = 0; i < of.length; i++) {
    if (i >= ENVELOPE_CELLS) {
      if (!isCell(of[i])) raise(`cell ${i}`);
    } else if (i === ID || i === HASH) {
      if (typeof of[i] !== 'string') raise(`cell ${i}`);
    } else of[i] = wholeNumber(of[i], i);
  }
  return of as RecordCells; // each cell was looked at
}

function wholeNumber(cell: unknown, index: number): number {
  const number = typeof cell === 'string' && WHOLE_NUMBER.test(cell) ? Number(cell) : cell;
  if (!Number.isSafeInteger(number)) raise(`cell ${index}`);
  return number as number; // said above
}

function isCell(cell: unknown): cell is Cell {
  return cell === null || typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';
}

function raise(what: string): never {
  // Never the value: it may be of a person.
  throw new TypeError(`a row that was read to be judged lacks ${what}`);
}
