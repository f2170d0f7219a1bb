import { type Clock } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { PartitionLag, StreamAdmin, TopicSpec } from '../port.js';
import { enforceRetention } from './retention.js';
import type { Topics } from './topics.js';

const lagSchema = z
  .object({
    topic: z.string(),
    partition: z.int(),
    committed_offset: z.int().nullable(),
    first_offset: z.int(),
    next_offset: z.int(),
  })
  .transform((row): PartitionLag => {
    // What retention has dropped is not owed any more.
    const positionOffset = Math.max(row.committed_offset ?? 0, row.first_offset);
    return {
      topic: row.topic,
      partition: row.partition,
      lagMessages: row.next_offset - positionOffset,
      committedOffset: row.committed_offset,
      endOffset: row.next_offset,
    };
  });

export class PostgresStreamAdmin implements StreamAdmin {
  constructor(
    private readonly pool: Pool,
    private readonly topics: Topics,
    private readonly clock: Clock,
  ) {}

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.topics.ensure(specs);
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    return rows(
      this.pool,
      lagSchema,
      `SELECT t.topic, p.partition, g.committed_offset, p.first_offset, p.next_offset
       FROM stream_topics t JOIN stream_partitions p USING (topic_id)
       LEFT JOIN stream_group_partitions g ON g.group_name = $1 AND g.topic_id = p.topic_id AND g.partition = p.partition
       WHERE t.topic = ANY($2) ORDER BY t.topic, p.partition`,
      [group, topics],
    );
  }

  enforceRetention(): Promise<void> {
    return enforceRetention(this.pool, this.clock.nowMs());
  }
}
