import type pg from 'pg';
import type { TopicSpec } from '../port.js';
import { reaching } from './connection-errors.js';

export interface Topic {
  topicId: number;
  topic: string;
  partitions: number;
}

interface TopicRow {
  topic_id: number;
  topic: string;
  partitions: number;
}

/** Topics by name. Remembered for good: the id and the partitions of a topic never change. */
export class Topics {
  private readonly known = new Map<string, Topic>();

  constructor(private readonly pool: pg.Pool) {}

  /** Throws when the topic was never created: publishing to a misspelt topic must not succeed. */
  async find(name: string): Promise<Topic> {
    const remembered = this.known.get(name);
    if (remembered) return remembered;
    const { rows } = await reaching(() =>
      this.pool.query<TopicRow>('SELECT topic_id, topic, partitions FROM stream_topics WHERE topic = $1', [name]),
    );
    const row = rows[0];
    if (!row) throw new Error(`stream topic ${name} does not exist; create it with ensureTopics`);
    const found = { topicId: row.topic_id, topic: row.topic, partitions: row.partitions };
    this.known.set(name, found);
    return found;
  }

  findAll(names: readonly string[]): Promise<Topic[]> {
    return Promise.all(names.map((name) => this.find(name)));
  }

  /** Creates what is missing. Retention of an existing topic follows the spec; its partitions stay. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      await reaching(() =>
        this.pool.query(
          `WITH made AS (
             INSERT INTO stream_topics (topic, partitions, retention_ms, drop_committed) VALUES ($1, $2, $3, $4)
             ON CONFLICT (topic) DO UPDATE SET retention_ms = $3, drop_committed = $4
             RETURNING topic_id, partitions
           )
           INSERT INTO stream_partitions (topic_id, partition)
           SELECT topic_id, generate_series(0, partitions - 1) FROM made
           ON CONFLICT DO NOTHING`,
          [spec.topic, spec.partitions, spec.retentionMs, spec.dropCommitted ?? false],
        ),
      );
    }
  }
}
