import type { EpochMs } from '@tianyan/kernel';

/** One row of a feed: where it stands in time, whose it is, and which publication of that order. */
export interface FeedEntry {
  publishedAtMs: EpochMs;
  /** Acceptance day × {@link ORDERS_PER_DAY_LIMIT} + number of the day. */
  orderRef: number;
  sub: number;
  publication: number;
  /** When a later row of the same record takes its place; Infinity where each row stands for good. */
  replacedAtMs: EpochMs;
}

/** Numbers of a day have five digits. */
export const ORDERS_PER_DAY_LIMIT = 100_000;

type Place = Pick<FeedEntry, 'publishedAtMs' | 'orderRef' | 'sub'>;
function compareEntries(a: Place, b: Place): number {
  return a.publishedAtMs - b.publishedAtMs || a.orderRef - b.orderRef || a.sub - b.sub;
}

/** Numbers that one collected row takes: publishedAtMs, replacedAtMs, orderRef, publication and sub. */
const PENDING_WIDTH = 4;

/**
 * The rows of one published day, 28 bytes each, so that a year of them fits into some 50 MB. Rows are collected while
 * earlier days' orders are still being planned and put in order on first use; none may be added afterwards. They are
 * collected as bare numbers: a million small objects that live for days keep the garbage collector busy.
 */
export class DayIndex {
  private pending: number[] | null = [];
  private published = new Float64Array(0);
  private replaced = new Float64Array(0);
  private orderRefs = new Uint32Array(0);
  private numbers = new Uint16Array(0);

  add(entry: FeedEntry): void {
    if (!this.pending) throw new RangeError('a served day cannot change any more');
    this.pending.push(entry.publishedAtMs, entry.replacedAtMs, entry.orderRef, (entry.publication << 8) | entry.sub);
  }

  get length(): number {
    this.close();
    return this.published.length;
  }

  entry(i: number): FeedEntry {
    this.close();
    const number = this.numbers[i] ?? 0;
    return {
      publishedAtMs: this.published[i] ?? 0,
      orderRef: this.orderRefs[i] ?? 0,
      sub: number & 0xff,
      publication: number >> 8,
      replacedAtMs: this.replaced[i] ?? 0,
    };
  }

  /** Index of the first entry after the position. */
  firstAfter(position: Place): number {
    this.close();
    let low = 0;
    let high = this.published.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareEntries(this.entry(middle), position) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts the rows in order. No row may come afterwards. */
  close(): void {
    const { pending } = this;
    if (!pending) return;
    const length = pending.length / PENDING_WIDTH;
    const at = (row: number, column: number) => pending[row * PENDING_WIDTH + column] ?? 0;
    const order = Uint32Array.from({ length }, (_, i) => i).sort(
      (a, b) => at(a, 0) - at(b, 0) || at(a, 2) - at(b, 2) || (at(a, 3) & 0xff) - (at(b, 3) & 0xff),
    );
    this.published = Float64Array.from(order, (row) => at(row, 0));
    this.replaced = Float64Array.from(order, (row) => at(row, 1));
    this.orderRefs = Uint32Array.from(order, (row) => at(row, 2));
    this.numbers = Uint16Array.from(order, (row) => at(row, 3));
    this.pending = null;
  }
}
