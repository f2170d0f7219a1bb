import type { TypedRecord } from '@tianyan/contracts';
import type pg from 'pg';

/**
 * The last known content of each record of a source that repeats itself (files, full exports). Content is told apart
 * by the hash of the raw row.
 */
export class SnapshotStore {
  constructor(private readonly pool: pg.Pool) {}

  /** The records that are new or differ from what is known; of several with one id in the page, those that differ from the one before. */
  async onlyChanged(source: string, records: readonly TypedRecord[]): Promise<TypedRecord[]> {
    if (records.length === 0) return [];
    const { rows } = await this.pool.query<{ type: string; id: string; hash: string }>(
      `SELECT s.type, s.id, s.hash FROM unnest($2::text[], $3::text[]) AS wanted (type, id)
       JOIN snapshot_row s ON s.source = $1 AND s.type = wanted.type AND s.id = wanted.id`,
      [source, records.map(({ type }) => type), records.map(({ record }) => record.id)],
    );
    const known = new Map(rows.map((row) => [keyOf(row.type, row.id), row.hash]));
    return records.filter(({ type, record }) => {
      const key = keyOf(type, record.id);
      if (known.get(key) === record.hash) return false;
      known.set(key, record.hash);
      return true;
    });
  }

  /** Notes what the stream has acknowledged. A crash before this only publishes the same content once more. */
  async remember(source: string, records: readonly TypedRecord[]): Promise<void> {
    if (records.length === 0) return;
    // The last of each id counts; one statement may not touch a row twice.
    const newest = [...new Map(records.map((typed) => [keyOf(typed.type, typed.record.id), typed])).values()];
    await this.pool.query(
      `INSERT INTO snapshot_row (source, type, id, hash, version)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
       ON CONFLICT (source, type, id) DO UPDATE SET hash = excluded.hash, version = excluded.version`,
      [
        source,
        newest.map(({ type }) => type),
        newest.map(({ record }) => record.id),
        newest.map(({ record }) => record.hash),
        newest.map(({ record }) => record.version),
      ],
    );
  }

  /** Records of one type that the source is known to hold: last version by id. */
  async versions(source: string, type: string): Promise<Map<string, number>> {
    const { rows } = await this.pool.query<{ id: string; version: string }>(
      'SELECT id, version FROM snapshot_row WHERE source = $1 AND type = $2',
      [source, type],
    );
    return new Map(rows.map((row) => [row.id, Number(row.version)]));
  }

  async forget(source: string, type: string, ids: readonly string[]): Promise<void> {
    await this.pool.query('DELETE FROM snapshot_row WHERE source = $1 AND type = $2 AND id = ANY ($3::text[])', [
      source,
      type,
      ids,
    ]);
  }
}

function keyOf(type: string, id: string): string {
  return `${type}\n${id}`;
}
