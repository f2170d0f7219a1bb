import { MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import { execute, row, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** Up to where a topic of dead letters goes. */
export interface DeadLetterEnd {
  topic: string;
  partition: number;
  endOffset: number;
}

/**
 * Nobody has said for so long what is known: a smaller end is of a stream that was made anew, and all that it holds came since. Before that it may be of a
 * notifier that has asked earlier than another and writes later.
 */
const RESTARTED_AFTER_MS = 5 * MINUTE_MS;

const countSchema = z.object({ count: z.int() });

/**
 * What the stream said of records that were given up (死信). It keeps them for ever and says how many there are; what came together, and when the last
 * came, is remembered here, so that any number of notifiers may look. All times are the machine's.
 */
export class RecordDeadLetters {
  constructor(private readonly db: Queryable) {}

  /**
   * Of a topic that is looked at for the first time nobody knows since when what it holds is there: it counts as old. One that is not there yet, has
   * none, and all that it will hold is new.
   * @param topics all that were asked for; the stream says no end of what is not there
   * @param quietMs after so long without another, the next begins a burst of its own
   */
  async seen(topics: readonly string[], ends: readonly DeadLetterEnd[], nowMs: EpochMs, quietMs: number): Promise<void> {
    const there = new Set(ends.map(({ topic }) => topic));
    await execute(
      this.db,
      `INSERT INTO record_dead_letters (topic, partition, end_offset, burst_from, grew_at_ms, seen_at_ms)
       SELECT topic, 0, 0, 0, $2, $2 FROM unnest($1::text[]) AS missing (topic) ORDER BY topic ON CONFLICT (topic, partition) DO NOTHING`,
      [topics.filter((topic) => !there.has(topic)), nowMs],
    );
    await execute(
      this.db,
      `INSERT INTO record_dead_letters AS known (topic, partition, end_offset, burst_from, grew_at_ms, seen_at_ms)
       SELECT said.topic, said.partition, said.end_offset,
         CASE WHEN EXISTS (SELECT FROM record_dead_letters k WHERE k.topic = said.topic) THEN 0 ELSE said.end_offset END, $4, $4
       FROM unnest($1::text[], $2::int[], $3::bigint[]) AS said (topic, partition, end_offset) ORDER BY said.topic, said.partition
       ON CONFLICT (topic, partition) DO UPDATE SET end_offset = excluded.end_offset, seen_at_ms = greatest(known.seen_at_ms, excluded.seen_at_ms),
         grew_at_ms = CASE WHEN excluded.end_offset = known.end_offset THEN known.grew_at_ms ELSE excluded.grew_at_ms END,
         burst_from = CASE WHEN excluded.end_offset < known.end_offset THEN 0
           WHEN excluded.end_offset > known.end_offset AND known.grew_at_ms < $5 THEN known.end_offset ELSE known.burst_from END
       WHERE known.end_offset <= excluded.end_offset OR known.seen_at_ms < $6`,
      [
        ends.map(({ topic }) => topic),
        ends.map(({ partition }) => partition),
        ends.map(({ endOffset }) => endOffset),
        nowMs,
        nowMs - quietMs,
        nowMs - RESTARTED_AFTER_MS,
      ],
    );
  }

  /** How many there are in bursts of which another came since that instant. */
  async countSince(sinceMs: EpochMs): Promise<number> {
    const sql = 'SELECT coalesce(sum(end_offset - burst_from), 0)::int AS count FROM record_dead_letters WHERE grew_at_ms >= $1';
    return (await row(this.db, countSchema, sql, [sinceMs])).count;
  }
}
