import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { TopicSpec } from '../port.js';

export interface Topic {
  topicId: number;
  topic: string;
  partitions: number;
}

const topicSchema = z
  .object({ topic_id: z.int(), topic: z.string(), partitions: z.int() })
  .transform(({ topic_id: topicId, topic, partitions }): Topic => ({ topicId, topic, partitions }));

/** Topics by name. Remembered for good: the id and the partitions of a topic never change. */
export class Topics {
  /** Promises, so that callers at the same time are answered in the order in which they asked. */
  private readonly known = new Map<string, Promise<Topic>>();

  constructor(private readonly pool: Pool) {}

  /** Rejects when the topic was never created: publishing to a misspelt topic must not succeed. */
  async find(name: string): Promise<Topic> {
    let found = this.known.get(name);
    if (!found) {
      found = this.load(name);
      this.known.set(name, found);
      // It may be created, or the server come back, before the next call.
      found.catch(() => this.known.delete(name));
    }
    return found;
  }

  private async load(name: string): Promise<Topic> {
    const sql = 'SELECT topic_id, topic, partitions FROM stream_topics WHERE topic = $1';
    const topic = await maybeRow(this.pool, topicSchema, sql, [name]);
    if (!topic) throw new Error(`stream topic ${name} does not exist; create it with ensureTopics`);
    return topic;
  }

  findAll(names: readonly string[]): Promise<Topic[]> {
    return Promise.all(names.map((name) => this.find(name)));
  }

  /** Creates what is missing. Retention of an existing topic follows the spec; its partitions stay. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      await execute(
        this.pool,
        `WITH made AS (
             INSERT INTO stream_topics (topic, partitions, retention_ms, drop_committed) VALUES ($1, $2, $3, $4)
             ON CONFLICT (topic) DO UPDATE SET retention_ms = $3, drop_committed = $4
             RETURNING topic_id, partitions
           )
           INSERT INTO stream_partitions (topic_id, partition)
           SELECT topic_id, generate_series(0, partitions - 1) FROM made
           ON CONFLICT DO NOTHING`,
        [spec.topic, spec.partitions, spec.retentionMs, spec.dropCommitted ?? false],
      );
    }
  }
}
