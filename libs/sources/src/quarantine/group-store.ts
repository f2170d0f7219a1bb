import type { EpochMs } from '@tianyan/kernel';
import { row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { itemSchema, refusedFieldSchema, type QuarantineItem } from './quarantine-store.js';
import type { RefusedField } from './refused-row.js';

/** Open rows of one feed that broke in the same way. */
export interface QuarantineGroup {
  key: string;
  source: string;
  feed: string;
  type: string | null;
  /** Of the newest row; numbers in the reasons differ from row to row. */
  problems: readonly RefusedField[];
  reason: string;
  count: number;
  firstSeenAtMs: EpochMs;
  lastSeenAtMs: EpochMs;
}

/** Groups shown at most, the largest first; with more, single mistakes are left to the list of rows. */
export const MAX_GROUPS = 200;

/** Rows and characters read from a group in one go: a plan is tried on them in memory. */
export const MAX_GROUP_BATCH_ROWS = 200;
const MAX_GROUP_BATCH_CHARS = 8 * 1024 * 1024;

const groupSchema = z
  .object({
    group_key: z.string(),
    source: z.string(),
    feed: z.string(),
    type: z.string().nullable(),
    problems: z.array(refusedFieldSchema),
    reason: z.string(),
    count: z.int(),
    first_seen_at_ms: z.int(),
    last_seen_at_ms: z.int(),
  })
  .transform((found): QuarantineGroup => ({
    key: found.group_key,
    source: found.source,
    feed: found.feed,
    type: found.type,
    problems: found.problems,
    reason: found.reason,
    count: found.count,
    firstSeenAtMs: found.first_seen_at_ms,
    lastSeenAtMs: found.last_seen_at_ms,
  }));
const maxSchema = z.object({ max: z.int() });

/** Quarantined rows by what is wrong with them. */
export class GroupStore {
  constructor(private readonly pool: Pool) {}

  /** Open rows, the largest group first, at most {@link MAX_GROUPS}. */
  async list(query: { source?: string | undefined; key?: string | undefined }): Promise<QuarantineGroup[]> {
    return rows(
      this.pool,
      groupSchema,
      `SELECT g.*, n.problems, n.reason FROM (
         SELECT group_key, source, feed, type, count(*) AS count, min(first_seen_at_ms) AS first_seen_at_ms, max(last_seen_at_ms) AS last_seen_at_ms, max(id) AS newest
         FROM quarantine WHERE state = 'open' AND ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR group_key = $2)
         GROUP BY group_key, source, feed, type ORDER BY count(*) DESC, group_key LIMIT ${MAX_GROUPS}) AS g
       JOIN quarantine n ON n.id = g.newest ORDER BY g.count DESC, g.group_key`,
      [query.source ?? null, query.key ?? null],
    );
  }

  /** The group's open rows behind an id, as many as are worked on in one go, oldest first. */
  async rowsAfter(key: string, afterId: number): Promise<QuarantineItem[]> {
    return rows(
      this.pool,
      itemSchema,
      `SELECT * FROM quarantine WHERE id IN (${batchIds("group_key = $1 AND state = 'open' AND id > $2")}) ORDER BY id`,
      [key, afterId],
    );
  }

  async maxId(key: string): Promise<number> {
    const sql = `SELECT coalesce(max(id), 0) AS max FROM quarantine WHERE group_key = $1 AND state = 'open'`;
    return (await row(this.pool, maxSchema, sql, [key])).max;
  }
}

/** Ids of the first rows that hold, bounded by number and by text; at least one. */
export function batchIds(condition: string): string {
  return `SELECT id FROM (
      SELECT id, sum(length(raw)) OVER (ORDER BY id) - length(raw) AS chars_before FROM (
        SELECT id, raw FROM quarantine WHERE ${condition} ORDER BY id LIMIT ${MAX_GROUP_BATCH_ROWS}) AS first) AS sized
    WHERE chars_before <= ${MAX_GROUP_BATCH_CHARS}`;
}
