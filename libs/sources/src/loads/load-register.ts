import type { IdSource } from '@tianyan/kernel';
import { execute, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/**
 * - `upload`: a file through the console; `import`: one from the command line;
 * - `folder`: the files that lay in a drop folder at one look;
 * - `first-pull`: a feed that is read for the first time; `catch-up`: one that had more to read than one page.
 */
export const LOAD_KINDS = ['upload', 'import', 'folder', 'first-pull', 'catch-up'] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

const idSchema = z.object({ id: z.string() });

/** What a loader says of its load before it publishes the first record of it. */
export interface LoadAnnouncement {
  kind: LoadKind;
  source: string;
  feed: string;
  /** Record types that it may bring. */
  types: readonly string[];
}

/**
 * Where loaders announce loads: many records that only make sense together. The id travels with each record as
 * `LOAD_HEADER`. Until the last of them has landed, no finding is opened or withdrawn in a scope that the load has touched.
 */
export class LoadRegister {
  constructor(
    private readonly pool: Pool,
    private readonly ids: IdSource,
  ) {}

  /** Before the first record of the load is published. */
  async begin({ kind, source, feed, types }: LoadAnnouncement): Promise<string> {
    const id = this.ids.next();
    await execute(this.pool, 'INSERT INTO finding_load (id, kind, source, feed, types) VALUES ($1, $2, $3, $4, $5)', [
      id,
      kind,
      source,
      feed,
      types,
    ]);
    return id;
  }

  /**
   * The load of this kind that a loader of the feed has left open: it died, or its source failed in the middle. Only for
   * feeds that one loader at a time reads. Counts as a sign of life.
   */
  async resume({ kind, source, feed, types }: LoadAnnouncement): Promise<string | null> {
    const [resumed] = await rows(
      this.pool,
      idSchema,
      `UPDATE finding_load SET alive_at = clock_timestamp(), types = ARRAY(SELECT DISTINCT unnest(types || $4::text[]))
       WHERE kind = $1 AND source = $2 AND feed = $3 AND ended_at IS NULL RETURNING id`,
      [kind, source, feed, types],
    );
    return resumed?.id ?? null;
  }

  /** A sign of life, before each page is published. False: the load was given up; what comes now belongs to another. */
  async isOpen(id: string): Promise<boolean> {
    const open = await execute(
      this.pool,
      'UPDATE finding_load SET alive_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL',
      [id],
    );
    return open === 1;
  }

  /** After the stream has acknowledged the last record of it. */
  async end(id: string): Promise<void> {
    await execute(this.pool, 'UPDATE finding_load SET ended_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL', [id]);
  }
}
