import { hashOf, type AnyRecord, type TypedRecord } from '@tianyan/contracts';
import { execute, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { TableGrowth } from '../store/table-growth.js';

/** A feed of a source. What one feed brings is no news, and no loss, to another. */
export interface FeedName {
  source: string;
  feed: string;
}

/** A record that a feed is known to hold. */
export interface KnownRow {
  /** Its last version: a vanished record is deleted under it, as with any other it could never come back. */
  version: number;
  /** The last full list did not hold it, and it was not deleted. */
  missing: boolean;
  /** A person said that it is gone. */
  removalConfirmed: boolean;
}

/** What is stored of records. */
export interface StoredContents {
  /** The ids of those of these records whose newest stored version says the same. */
  holding(type: string, records: readonly AnyRecord[]): Promise<ReadonlySet<string>>;
}

const lookedUpSchema = z.object({ type: z.string(), id: z.string(), feed: z.string(), hash: z.string() });
const knownSchema = z.object({ id: z.string(), version: z.int(), missing: z.boolean(), removal_confirmed: z.boolean() });
const idSchema = z.object({ id: z.string() });
const writesSchema = z.object({ writes: z.int() });

/**
 * The last known content of each record of a feed that repeats itself (files, full exports). Content is told apart by the
 * record's hash.
 */
export class SnapshotStore {
  private readonly growth: TableGrowth;

  constructor(
    private readonly pool: Pool,
    private readonly stored: StoredContents,
  ) {
    this.growth = new TableGrowth(pool, 'snapshot_row');
  }

  /**
   * The records that are new or differ from what is known; of several with one id in the page, those that differ from the one before.
   * @param mayBeKnown those of the records that have to be looked up; the others are certainly not known
   */
  async onlyChanged(
    feed: FeedName,
    records: readonly TypedRecord[],
    mayBeKnown: readonly TypedRecord[] = records,
  ): Promise<TypedRecord[]> {
    const found = await this.lookUp(feed, mayBeKnown);
    const unclaimed = found.filter((row) => row.feed === '');
    if (unclaimed.length > 0) await this.claimRows(feed, unclaimed);
    const known = new Map(found.map((row) => [keyOf(row.type, row.id), row.hash]));
    for (const { type, record } of await this.sameAsBefore(feed, records, known)) known.set(keyOf(type, record.id), record.hash);
    return records.filter(({ type, record }) => {
      const key = keyOf(type, record.id);
      if (known.get(key) === record.hash) return false;
      known.set(key, record.hash);
      return true;
    });
  }

  /**
   * How often records have been noted for the feed, by whomever; 0: nothing is known of it. Rows of before the time of feeds may be
   * any feed's, and count.
   */
  async writes(feed: FeedName): Promise<number> {
    const sql = `SELECT coalesce(sum(writes), 0) AS writes FROM snapshot_writes WHERE source = $1 AND feed IN ($2, '')`;
    return (await row(this.pool, writesSchema, sql, [feed.source, feed.feed])).writes;
  }

  private async lookUp(feed: FeedName, records: readonly TypedRecord[]): Promise<z.output<typeof lookedUpSchema>[]> {
    if (records.length === 0) return [];
    return rows(
      this.pool,
      lookedUpSchema,
      // OFFSET keeps this a look-up per id. As a plain join, a table that has just grown from nothing and has no statistics yet
      // is read whole for each page: 160 index rows for each of a million imported ones.
      `SELECT s.type, s.id, s.feed, s.hash FROM unnest($3::text[], $4::text[]) AS wanted (type, id)
       CROSS JOIN LATERAL (
         SELECT type, id, feed, hash FROM snapshot_row
         WHERE source = $1 AND type = wanted.type AND id = wanted.id AND feed IN ($2, '') OFFSET 0) s`,
      [feed.source, feed.feed, records.map(({ type }) => type), records.map(({ record }) => record.id)],
    );
  }

  /** Notes what the stream has acknowledged. A crash before this only publishes the same content once more. */
  async remember(feed: FeedName, records: readonly TypedRecord[]): Promise<void> {
    if (records.length > 0) await this.note(feed, records);
  }

  /**
   * As `remember`, of one record at least. The count stands in the same statement: whoever sees it sees the records.
   * @returns how often records have been noted for the feed, this time included
   */
  async note(feed: FeedName, records: readonly TypedRecord[]): Promise<number> {
    // The last of each id counts; one statement may not touch a row twice.
    const newest = [...new Map(records.map((typed) => [keyOf(typed.type, typed.record.id), typed])).values()];
    const { writes } = await row(
      this.pool,
      writesSchema,
      `WITH noted AS (
         INSERT INTO snapshot_row (source, feed, type, id, hash, version)
         SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[])
         ON CONFLICT (source, type, id, feed) DO UPDATE SET hash = excluded.hash, version = excluded.version)
       INSERT INTO snapshot_writes AS w (source, feed, writes) VALUES ($1, $2, 1)
       ON CONFLICT (source, feed) DO UPDATE SET writes = w.writes + 1 RETURNING writes`,
      [
        feed.source,
        feed.feed,
        newest.map(({ type }) => type),
        newest.map(({ record }) => record.id),
        newest.map(({ record }) => record.hash),
        newest.map(({ record }) => record.version),
      ],
    );
    await this.growth.grewBy(newest.length);
    return writes;
  }

  /** Gives rows of before the time of feeds to the only feed that yields their types. */
  async claim(feed: FeedName, types: readonly string[]): Promise<void> {
    await execute(this.pool, `UPDATE snapshot_row SET feed = $2 WHERE source = $1 AND type = ANY ($3::text[]) AND feed = ''`, [
      feed.source,
      feed.feed,
      types,
    ]);
  }

  /** Records of one type that the feed is known to hold, by id. */
  async known(feed: FeedName, type: string): Promise<Map<string, KnownRow>> {
    const found = await rows(
      this.pool,
      knownSchema,
      `SELECT id, version, missing_since_ms IS NOT NULL AS missing, removal_confirmed FROM snapshot_row
       WHERE source = $1 AND feed = $2 AND type = $3`,
      [feed.source, feed.feed, type],
    );
    return new Map(
      found.map(({ id, version, missing, removal_confirmed: removalConfirmed }) => [id, { version, missing, removalConfirmed }]),
    );
  }

  /** Notes that the last full list did not hold these; null: it did again. */
  async markMissing(feed: FeedName, type: string, ids: readonly string[], sinceMs: number | null): Promise<void> {
    if (ids.length === 0) return;
    await execute(
      this.pool,
      `UPDATE snapshot_row SET missing_since_ms = $5::bigint, removal_confirmed = removal_confirmed AND $5::bigint IS NOT NULL
       WHERE source = $1 AND feed = $2 AND type = $3 AND id = ANY ($4::text[])`,
      [feed.source, feed.feed, type, ids, sinceMs],
    );
  }

  /** Which of these another feed of the source holds as well: they are not gone. */
  async heldByOthers(feed: FeedName, type: string, ids: readonly string[]): Promise<Set<string>> {
    const held = await rows(
      this.pool,
      idSchema,
      'SELECT DISTINCT id FROM snapshot_row WHERE source = $1 AND type = $3 AND id = ANY ($4::text[]) AND feed <> $2',
      [feed.source, feed.feed, type, ids],
    );
    return new Set(held.map(({ id }) => id));
  }

  /** The feed holds these no more. Where another does with other content, that content counts as news at its next reading. */
  async forget(feed: FeedName, type: string, ids: readonly string[]): Promise<void> {
    await execute(
      this.pool,
      `WITH gone AS (DELETE FROM snapshot_row WHERE source = $1 AND feed = $2 AND type = $3 AND id = ANY ($4::text[]) RETURNING id, hash)
       UPDATE snapshot_row s SET hash = '' FROM gone
       WHERE s.source = $1 AND s.type = $3 AND s.id = gone.id AND s.feed <> $2 AND s.hash <> gone.hash`,
      [feed.source, feed.feed, type, ids],
    );
  }

  /**
   * Rows of before the time of content hashes are known by the digest of their raw text. The same text may have been read by
   * another mapping then, so what is stored decides: otherwise the first reading would publish everything again, or take a
   * corrected mapping for no news.
   */
  private async sameAsBefore(
    feed: FeedName,
    records: readonly TypedRecord[],
    known: ReadonlyMap<string, string>,
  ): Promise<TypedRecord[]> {
    const sameText = records.filter(({ type, record }) => {
      const hash = known.get(keyOf(type, record.id));
      return hash !== undefined && hash !== record.hash && hash === hashOf(record.raw);
    });
    const same: TypedRecord[] = [];
    for (const [type, ofType] of Map.groupBy(sameText, (typed) => typed.type)) {
      const holding = await this.stored.holding(
        type,
        ofType.map(({ record }) => record),
      );
      same.push(...ofType.filter(({ record }) => holding.has(record.id)));
    }
    await this.remember(feed, same);
    return same;
  }

  /** An upload may bring the same rows at the same time: whoever comes second changes nothing. */
  private async claimRows(feed: FeedName, unclaimed: readonly { type: string; id: string }[]): Promise<void> {
    await execute(
      this.pool,
      `WITH taken AS (
         DELETE FROM snapshot_row s USING unnest($3::text[], $4::text[]) AS wanted (type, id)
         WHERE s.source = $1 AND s.type = wanted.type AND s.id = wanted.id AND s.feed = '' RETURNING s.type, s.id, s.hash, s.version)
       INSERT INTO snapshot_row (source, feed, type, id, hash, version) SELECT DISTINCT ON (type, id) $1, $2, type, id, hash, version FROM taken
       ON CONFLICT (source, type, id, feed) DO NOTHING`,
      [feed.source, feed.feed, unclaimed.map(({ type }) => type), unclaimed.map(({ id }) => id)],
    );
  }
}

function keyOf(type: string, id: string): string {
  return `${type}\n${id}`;
}
