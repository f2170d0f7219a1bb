import { checkMapping, type MappingDocument } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type pg from 'pg';

/** Mappings of one source: an import has one, a configured source one per feed. More would be a mistake in its name. */
const MAX_MAPPINGS = 100;

/** Mappings of imported and uploaded files, kept so that their quarantined rows can be replayed. */
export class MappingStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly machineClock: Clock,
  ) {}

  async save(source: string, feed: string, document: MappingDocument): Promise<void> {
    await this.pool.query(
      `INSERT INTO source_mapping (source, feed, document, saved_at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (source, feed) DO UPDATE SET document = excluded.document, saved_at_ms = excluded.saved_at_ms`,
      [source, feed, JSON.stringify(document), this.machineClock.nowMs()],
    );
  }

  /** The mappings of a source, the latest first. */
  async ofSource(source: string): Promise<MappingDocument[]> {
    const { rows } = await this.pool.query<{ document: string }>(
      `SELECT document FROM source_mapping WHERE source = $1 ORDER BY saved_at_ms DESC LIMIT ${MAX_MAPPINGS}`,
      [source],
    );
    return rows.map((row) => checkMapping(JSON.parse(row.document)));
  }

  async find(source: string, feed: string): Promise<MappingDocument | null> {
    const { rows } = await this.pool.query<{ document: string }>(
      'SELECT document FROM source_mapping WHERE source = $1 AND feed = $2',
      [source, feed],
    );
    return rows[0] ? checkMapping(JSON.parse(rows[0].document)) : null;
  }
}
