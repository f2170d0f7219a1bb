import { execute, inTransaction, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { RETENTION_CHUNKS } from './options.js';

const dueSchema = z.object({
  topic_id: z.int(),
  partition: z.int(),
  /** Everything appended before this goes; null = nothing by age. */
  oldest_kept_ms: z.int().nullable(),
  /** Everything below this goes; 0 = nothing by commits. */
  committed_by_all: z.int(),
});
type DuePartition = z.output<typeof dueSchema>;

const droppedSchema = z.object({ dropped: z.int(), kept_from: z.int().nullable() });

/** Drops whole chunks from the old end, a bounded number per transaction, until nothing more is due. */
export async function enforceRetention(pool: Pool, nowMs: number): Promise<void> {
  // Groups that never joined are not known; a topic without any group keeps its messages.
  const found = await rows(
    pool,
    dueSchema,
    `SELECT p.topic_id, p.partition, $1::bigint - t.retention_ms AS oldest_kept_ms,
              CASE WHEN t.drop_committed THEN coalesce(min(coalesce(g.committed_offset, 0)), 0) ELSE 0 END AS committed_by_all
       FROM stream_topics t JOIN stream_partitions p USING (topic_id)
       LEFT JOIN stream_group_partitions g USING (topic_id, partition)
       WHERE (t.retention_ms IS NOT NULL OR t.drop_committed) AND p.first_offset < p.next_offset
       GROUP BY p.topic_id, p.partition, t.retention_ms, t.drop_committed
       ORDER BY p.topic_id, p.partition`,
    [nowMs],
  );
  for (const due of found) {
    while ((await dropOldest(pool, due)) === RETENTION_CHUNKS);
  }
}

/** @returns how many chunks went. */
function dropOldest(pool: Pool, due: DuePartition): Promise<number> {
  return inTransaction(pool, async (client) => {
    // Only from the old end: a chunk that must stay shields all that came after it, so the log never gets a hole.
    const { dropped, kept_from: keptFrom } = await row(
      client,
      droppedSchema,
      `WITH oldest AS (
         SELECT last_offset, appended_at_ms FROM stream_log WHERE topic_id = $1 AND partition = $2 ORDER BY last_offset LIMIT $5
       ), kept AS (
         SELECT min(last_offset) AS from_offset FROM oldest
         WHERE NOT (coalesce(appended_at_ms < $3::bigint, false) OR last_offset < $4::bigint)
       ), gone AS (
         DELETE FROM stream_log l USING oldest o, kept k
         WHERE l.topic_id = $1 AND l.partition = $2 AND l.last_offset = o.last_offset AND (k.from_offset IS NULL OR o.last_offset < k.from_offset)
         RETURNING l.last_offset
       )
       SELECT count(*)::int AS dropped, max(last_offset) + 1 AS kept_from FROM gone`,
      [due.topic_id, due.partition, due.oldest_kept_ms, due.committed_by_all, RETENTION_CHUNKS],
    );
    if (keptFrom === null) return 0;
    // Last, because producers wait for this row.
    await execute(
      client,
      'UPDATE stream_partitions SET first_offset = $3 WHERE topic_id = $1 AND partition = $2 AND first_offset < $3',
      [due.topic_id, due.partition, keptFrom],
    );
    return dropped;
  });
}
