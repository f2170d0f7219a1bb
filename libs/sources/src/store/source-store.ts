import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { heldListSchema, heldListText, type HeldList } from '../snapshot-diff/held-lists.js';
import type { TalliedReason } from '../pipeline/reason-tally.js';

const SOURCE_KINDS = ['http-pull', 'file-drop', 'webhook', 'upload'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
/** `failing`: the last run of one of its feeds failed; `waiting`: a list of one of its feeds lacks too many rows. */
export type SourceState = 'idle' | 'running' | 'failing' | 'waiting';

/** What one run took in. */
export interface RunCounts {
  accepted: number;
  /** Known already with the same content: not published again. */
  repeated: number;
  /** Set aside in quarantine. */
  refused: number;
}

/** Counts, and how often which mistake was met. */
export interface RunResult extends RunCounts {
  /** Rows of which the mapping makes nothing: what its `skip` names. */
  leftOut: number;
  reasons: TalliedReason[];
  /** What a person should know of records that were taken all the same. */
  notes: TalliedReason[];
}

export interface SourceStatus {
  name: string;
  label: string;
  kind: SourceKind;
  enabled: boolean;
  state: SourceState;
  /** Machine time of the last run, whatever came of it. */
  lastRunAtMs: EpochMs | null;
  lastSuccessAtMs: EpochMs | null;
  /** Machine time at which the last run took its newest page: one that goes on moves. */
  lastPageAtMs: EpochMs | null;
  /** Event time (county time) of the newest accepted record. */
  lastRecordAtMs: EpochMs | null;
  acceptedTotal: number;
  repeatedTotal: number;
  refusedTotal: number;
  /** Chinese, one line per feed whose last run failed or whose list waits, and per note; null when all is well. */
  error: string | null;
  /** Full lists that lack so many rows that nothing of them was deleted. */
  heldLists: HeldList[];
  quarantineOpen: number;
}

const rowSchema = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(SOURCE_KINDS),
  enabled: z.boolean(),
  last_run_at_ms: z.int().nullable(),
  last_success_at_ms: z.int().nullable(),
  last_page_at_ms: z.int().nullable(),
  last_record_at_ms: z.int().nullable(),
  accepted_total: z.int(),
  repeated_total: z.int(),
  refused_total: z.int(),
  errors: z.record(z.string(), z.string()),
  notes: z.record(z.string(), z.string()),
  held_lists: z.array(heldListSchema),
  quarantine_open: z.int(),
});
type SourceRow = z.output<typeof rowSchema>;

const statusSchema = rowSchema.transform((row): SourceStatus => ({
  name: row.name,
  label: row.label,
  kind: row.kind,
  enabled: row.enabled,
  state: stateOf(row),
  lastRunAtMs: row.last_run_at_ms,
  lastSuccessAtMs: row.last_success_at_ms,
  lastPageAtMs: row.last_page_at_ms,
  lastRecordAtMs: row.last_record_at_ms,
  acceptedTotal: row.accepted_total,
  repeatedTotal: row.repeated_total,
  refusedTotal: row.refused_total,
  error: errorOf(row),
  heldLists: row.held_lists,
  quarantineOpen: row.quarantine_open,
}));
const cursorSchema = z.object({ cursor: z.string() });

const SELECT_STATUS = `
  SELECT s.*, (SELECT coalesce(jsonb_agg(jsonb_build_object('feed', h.feed, 'fileName', h.file_name, 'missing', h.missing, 'known', h.known,
      'heldAtMs', h.held_at_ms, 'decision', h.decision, 'decidedBy', h.decided_by) ORDER BY h.feed), '[]')
    FROM held_list h WHERE h.source = s.name) AS held_lists,
    (SELECT count(*) FROM quarantine q WHERE q.source = s.name AND q.state = 'open') AS quarantine_open
  FROM source s`;

/** State of the sources, and the cursors from which they are read on. */
export class SourceStore {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  /** Makes the configured source known; keeps its counts and whether an administrator switched it off. */
  async register(source: { name: string; label: string; kind: SourceKind }): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO source (name, label, kind) VALUES ($1, $2, $3)
       ON CONFLICT (name) DO UPDATE SET label = excluded.label, kind = excluded.kind`,
      [source.name, source.label, source.kind],
    );
  }

  /** What was wrong with feeds that the source no longer has would stand for ever: nobody reads them any more. */
  async keepOnly(name: string, feeds: readonly string[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await execute(
        client,
        `UPDATE source SET
           errors = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(errors) WHERE key = ANY($2)),
           notes = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(notes) WHERE key = ANY($2))
         WHERE name = $1`,
        [name, feeds],
      );
      await execute(client, 'DELETE FROM held_list WHERE source = $1 AND feed <> ALL($2)', [name, feeds]);
    });
  }

  /** All sources by name. There are tens of them at most: no paging. */
  async list(): Promise<SourceStatus[]> {
    return rows(this.pool, statusSchema, `${SELECT_STATUS} ORDER BY s.name`);
  }

  async find(name: string): Promise<SourceStatus | null> {
    return maybeRow(this.pool, statusSchema, `${SELECT_STATUS} WHERE s.name = $1`, [name]);
  }

  /** Switches polling on or off; false if there is no such source. */
  async setEnabled(name: string, enabled: boolean): Promise<boolean> {
    return (await execute(this.pool, 'UPDATE source SET enabled = $2 WHERE name = $1', [name, enabled])) === 1;
  }

  async runStarted(name: string): Promise<void> {
    await execute(this.pool, `UPDATE source SET last_run_at_ms = $2 WHERE name = $1`, [name, this.machineClock.nowMs()]);
  }

  /** Adds what has been published so far; called page by page, so that a long backfill is seen to move. */
  async countIn(name: string, counts: RunCounts, newestRecordAtMs: EpochMs | null): Promise<void> {
    await execute(
      this.pool,
      `UPDATE source SET accepted_total = accepted_total + $2, repeated_total = repeated_total + $3,
         refused_total = refused_total + $4, last_record_at_ms = greatest(last_record_at_ms, $5), last_page_at_ms = $6 WHERE name = $1`,
      [name, counts.accepted, counts.repeated, counts.refused, newestRecordAtMs, this.machineClock.nowMs()],
    );
  }

  /** @param error Chinese, as the administrator will read it; null after a run without failure. */
  async runEnded(name: string, feed: string, error: string | null): Promise<void> {
    if (error === null)
      await execute(this.pool, 'UPDATE source SET errors = errors - $2::text, last_success_at_ms = $3 WHERE name = $1', [
        name,
        feed,
        this.machineClock.nowMs(),
      ]);
    else
      await execute(this.pool, 'UPDATE source SET errors = errors || jsonb_build_object($2::text, $3::text) WHERE name = $1', [
        name,
        feed,
        error,
      ]);
  }

  /**
   * What to look at although nothing failed.
   * @param about the feed, or the folder of all
   * @param note Chinese; null when there is nothing any more
   */
  async note(name: string, about: string, note: string | null): Promise<void> {
    await execute(
      this.pool,
      `UPDATE source SET notes = CASE WHEN $3::text IS NULL THEN notes - $2::text ELSE notes || jsonb_build_object($2::text, $3::text) END
       WHERE name = $1 AND (notes ->> $2::text) IS DISTINCT FROM $3::text`,
      [name, about, note],
    );
  }

  async cursor(source: string, feed: string): Promise<string | null> {
    const sql = 'SELECT cursor FROM source_cursor WHERE source = $1 AND feed = $2';
    return (await maybeRow(this.pool, cursorSchema, sql, [source, feed]))?.cursor ?? null;
  }

  /** Only after the stream has acknowledged everything read before this cursor. */
  async saveCursor(source: string, feed: string, cursor: string): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO source_cursor (source, feed, cursor, saved_at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (source, feed) DO UPDATE SET cursor = excluded.cursor, saved_at_ms = excluded.saved_at_ms`,
      [source, feed, cursor, this.machineClock.nowMs()],
    );
  }
}

function stateOf(row: SourceRow): SourceState {
  if (Object.keys(row.errors).length > 0) return 'failing';
  if (row.held_lists.length > 0) return 'waiting';
  return (row.last_run_at_ms ?? 0) > (row.last_success_at_ms ?? 0) ? 'running' : 'idle';
}

function errorOf(row: SourceRow): string | null {
  const lines = [
    ...Object.entries(row.errors).map(([feed, error]) => `${feed}：${error}`),
    ...row.held_lists.map((list) => `${list.feed}：${heldListText(list)}`),
    ...Object.entries(row.notes).map(([about, note]) => `${about}：${note}`),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}
