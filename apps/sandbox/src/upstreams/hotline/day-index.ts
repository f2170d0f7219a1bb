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

export function compareEntries(a: FeedEntry, b: FeedEntry): number {
  return a.publishedAtMs - b.publishedAtMs || a.orderRef - b.orderRef || a.sub - b.sub;
}

/**
 * The rows of one published day, 28 bytes each, so that a year of them fits into some 50 MB. Rows are collected while
 * earlier days' orders are still being planned and put in order on first use; none may be added afterwards.
 */
export class DayIndex {
  private pending: FeedEntry[] | null = [];
  private published = new Float64Array(0);
  private replaced = new Float64Array(0);
  private orderRefs = new Uint32Array(0);
  private numbers = new Uint16Array(0);

  add(entry: FeedEntry): void {
    if (!this.pending) throw new RangeError('a served day cannot change any more');
    this.pending.push(entry);
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
  firstAfter(position: Pick<FeedEntry, 'publishedAtMs' | 'orderRef' | 'sub'>): number {
    this.close();
    let low = 0;
    let high = this.published.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareEntries(this.entry(middle), { ...position, publication: 0, replacedAtMs: 0 }) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts the rows in order and lets the collected objects go (they take ten times the room). No row may come afterwards. */
  close(): void {
    if (!this.pending) return;
    const rows = this.pending.sort(compareEntries);
    this.published = Float64Array.from(rows, (r) => r.publishedAtMs);
    this.replaced = Float64Array.from(rows, (r) => r.replacedAtMs);
    this.orderRefs = Uint32Array.from(rows, (r) => r.orderRef);
    this.numbers = Uint16Array.from(rows, (r) => (r.publication << 8) | r.sub);
    this.pending = null;
  }
}
