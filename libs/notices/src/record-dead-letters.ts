import type { EpochMs } from '@tianyan/kernel';
import { execute, row, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** Up to where a topic of dead letters goes. */
export interface DeadLetterEnd {
  topic: string;
  partition: number;
  endOffset: number;
}

const countSchema = z.object({ count: z.int() });

/**
 * What the stream said of records that were given up (死信). It keeps them for ever and says how many there are; what came together, and when the last
 * came, is remembered here, so that any number of notifiers may look. All times are the machine's.
 */
export class RecordDeadLetters {
  constructor(private readonly db: Queryable) {}

  /** @param quietMs after so long without another, the next begins a burst of its own */
  async seen(ends: readonly DeadLetterEnd[], nowMs: EpochMs, quietMs: number): Promise<void> {
    await execute(
      this.db,
      `INSERT INTO record_dead_letters AS known (topic, partition, end_offset, burst_from, grew_at_ms)
       SELECT topic, partition, end_offset, 0, $4 FROM unnest($1::text[], $2::int[], $3::bigint[]) AS said (topic, partition, end_offset)
       WHERE end_offset > 0
       ON CONFLICT (topic, partition) DO UPDATE SET end_offset = excluded.end_offset, grew_at_ms = excluded.grew_at_ms,
         burst_from = CASE WHEN known.grew_at_ms < $5 THEN known.end_offset ELSE known.burst_from END
       WHERE known.end_offset < excluded.end_offset`,
      [
        ends.map(({ topic }) => topic),
        ends.map(({ partition }) => partition),
        ends.map(({ endOffset }) => endOffset),
        nowMs,
        nowMs - quietMs,
      ],
    );
  }

  /** How many there are in bursts of which another came since that instant. */
  async countSince(sinceMs: EpochMs): Promise<number> {
    const sql = 'SELECT coalesce(sum(end_offset - burst_from), 0)::int AS count FROM record_dead_letters WHERE grew_at_ms >= $1';
    return (await row(this.db, countSchema, sql, [sinceMs])).count;
  }
}
