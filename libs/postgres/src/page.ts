import { RefusedError } from '@tianyan/kernel';

/** Part of a list that is read on from where it ended, whatever was added before it meanwhile. */
export interface Page<T> {
  items: readonly T[];
  /** Null: this was the last one. */
  nextCursor: string | null;
}

/** Makes a page of up to `limit + 1` rows: the one too many tells that there is more. */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** Whether a text from outside can be an id that the database counts. */
export function isCountedId(text: string): boolean {
  return /^\d{1,18}$/.test(text);
}

/** A cursor that is a counted id. Throws RefusedError('invalid') for anything else; null stays null. */
export function idCursor(cursor: string | null | undefined): string | null {
  if (cursor === null || cursor === undefined) return null;
  if (!isCountedId(cursor)) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询');
  return cursor;
}
