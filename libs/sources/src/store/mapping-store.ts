import { checkMapping, type MappingDocument } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import { execute, maybeRow, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/** Mappings of one source: an import has one, a configured source one per feed. More would be a mistake in its name. */
const MAX_MAPPINGS = 100;

const documentSchema = z.object({ document: z.string() });

/** Mappings of imported and uploaded files, kept so that their quarantined rows can be replayed. */
export class MappingStore {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  async save(source: string, feed: string, document: MappingDocument): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO source_mapping (source, feed, document, saved_at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (source, feed) DO UPDATE SET document = excluded.document, saved_at_ms = excluded.saved_at_ms`,
      [source, feed, JSON.stringify(document), this.machineClock.nowMs()],
    );
  }

  /** The mappings of a source, the latest first. */
  async ofSource(source: string): Promise<MappingDocument[]> {
    const found = await rows(
      this.pool,
      documentSchema,
      `SELECT document FROM source_mapping WHERE source = $1 ORDER BY saved_at_ms DESC LIMIT ${MAX_MAPPINGS}`,
      [source],
    );
    return found.map(({ document }) => checkMapping(JSON.parse(document)));
  }

  async find(source: string, feed: string): Promise<MappingDocument | null> {
    const sql = 'SELECT document FROM source_mapping WHERE source = $1 AND feed = $2';
    const found = await maybeRow(this.pool, documentSchema, sql, [source, feed]);
    return found && checkMapping(JSON.parse(found.document));
  }
}
