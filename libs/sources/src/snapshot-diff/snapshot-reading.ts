import type { TypedRecord } from '@tianyan/contracts';
import type { KnownRecords } from '../pipeline/pipeline.js';
import { SeenIds } from './seen-ids.js';
import type { FeedName, SnapshotStore } from './snapshot-store.js';

/**
 * One reading of a feed that repeats itself. Where nothing at all is known of the feed at its start, what this reading has not
 * brought itself is new, for as long as nobody else notes records for the feed: one question a page, how often that was done,
 * takes the place of a look-up of each id, and says the same at the same moment. As soon as anybody else has noted one (another
 * import of the same source, an upload, a person who mends a row), every id is looked up, to the end of the reading.
 */
export class SnapshotReading implements KnownRecords {
  private constructor(
    private readonly store: SnapshotStore,
    private readonly feed: FeedName,
    /** What this reading alone has noted; null where look-ups are needed. */
    private alone: { seen: SeenIds; writes: number } | null,
  ) {}

  static async begin(store: SnapshotStore, feed: FeedName): Promise<SnapshotReading> {
    const writes = await store.writes(feed);
    return new SnapshotReading(store, feed, writes === 0 ? { seen: new SeenIds(), writes } : null);
  }

  async onlyChanged(_feed: FeedName, records: readonly TypedRecord[]): Promise<TypedRecord[]> {
    if (records.length === 0) return [];
    if (this.alone && (await this.store.writes(this.feed)) !== this.alone.writes) this.alone = null;
    const seen = this.alone?.seen;
    const mayBeKnown = seen ? records.filter(({ type, record }) => seen.mayHold(type, record.id)) : records;
    return this.store.onlyChanged(this.feed, records, mayBeKnown);
  }

  async remember(_feed: FeedName, records: readonly TypedRecord[]): Promise<void> {
    if (records.length === 0) return;
    const writes = await this.store.note(this.feed, records);
    if (!this.alone) return;
    // Somebody else's came in between: they may be of any id.
    if (writes !== this.alone.writes + 1) this.alone = null;
    else {
      this.alone.writes = writes;
      for (const { type, record } of records) this.alone.seen.add(type, record.id);
    }
  }
}
