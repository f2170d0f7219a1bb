import type { TypedRecord } from '@tianyan/contracts';
import type { KnownRecords } from './pipeline.js';

/** Records remembered per feed: what some minutes bring. What is forgotten is published once more, which changes no finding. */
const MAX_RECENT = 20_000;

/**
 * What a feed has brought a moment ago, in memory: a feed that looks back would else publish it with every poll. Only the
 * last content of each record counts, so that one that changes back is news.
 */
export class RecentRecords implements KnownRecords {
  private readonly hashes = new Map<string, string>();

  async onlyChanged(_feed: unknown, records: readonly TypedRecord[]): Promise<TypedRecord[]> {
    const inPage = new Map<string, string>();
    return records.filter(({ type, record }) => {
      const key = keyOf(type, record.id);
      if ((inPage.get(key) ?? this.hashes.get(key)) === record.hash) return false;
      inPage.set(key, record.hash);
      return true;
    });
  }

  async remember(_feed: unknown, records: readonly TypedRecord[]): Promise<void> {
    for (const { type, record } of records) {
      const key = keyOf(type, record.id);
      // Set anew, it is the newest entry: the oldest go first.
      this.hashes.delete(key);
      this.hashes.set(key, record.hash);
    }
    for (const key of this.hashes.keys()) {
      if (this.hashes.size <= MAX_RECENT) return;
      this.hashes.delete(key);
    }
  }
}

function keyOf(type: string, id: string): string {
  return `${type}\n${id}`;
}
