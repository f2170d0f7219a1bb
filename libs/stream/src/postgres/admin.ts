import { type Clock } from '@tianyan/kernel';
import { reachingPostgres } from '@tianyan/postgres';
import type pg from 'pg';
import type { PartitionLag, StreamAdmin, TopicSpec } from '../port.js';
import { enforceRetention } from './retention.js';
import type { Topics } from './topics.js';

interface LagRow {
  topic: string;
  partition: number;
  committed_offset: string | null;
  first_offset: string;
  next_offset: string;
}

export class PostgresStreamAdmin implements StreamAdmin {
  constructor(
    private readonly pool: pg.Pool,
    private readonly topics: Topics,
    private readonly clock: Clock,
  ) {}

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.topics.ensure(specs);
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const { rows } = await reachingPostgres(() =>
      this.pool.query<LagRow>(
        `SELECT t.topic, p.partition, g.committed_offset, p.first_offset, p.next_offset
         FROM stream_topics t JOIN stream_partitions p USING (topic_id)
         LEFT JOIN stream_group_partitions g ON g.group_name = $1 AND g.topic_id = p.topic_id AND g.partition = p.partition
         WHERE t.topic = ANY($2) ORDER BY t.topic, p.partition`,
        [group, topics],
      ),
    );
    return rows.map((row) => {
      const endOffset = Number(row.next_offset);
      const committedOffset = row.committed_offset === null ? null : Number(row.committed_offset);
      // What retention has dropped is not owed any more.
      const positionOffset = Math.max(committedOffset ?? 0, Number(row.first_offset));
      return { topic: row.topic, partition: row.partition, lagMessages: endOffset - positionOffset, committedOffset, endOffset };
    });
  }

  enforceRetention(): Promise<void> {
    return enforceRetention(this.pool, this.clock.nowMs());
  }
}
