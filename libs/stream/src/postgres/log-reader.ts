import { reachingPostgres } from '@tianyan/postgres';
import type pg from 'pg';
import type { StreamMessage } from '../port.js';
import { decodeChunk } from './chunk.js';
import type { Topic } from './topics.js';

interface ChunkRow {
  first_offset: string;
  last_offset: string;
  appended_at_ms: string;
  encoding: number;
  payload: Buffer;
}

/**
 * Messages from an offset on: whole chunks, at least one, and further ones while they begin within both limits. So a
 * read holds at most the limits plus one chunk. Empty when the log holds nothing from there on.
 */
export async function readMessages(
  pool: pg.Pool,
  from: { topic: Topic; partition: number; offset: number },
  limit: { messages: number; bytes: number },
): Promise<StreamMessage[]> {
  // The inner LIMIT bounds the scan when each chunk holds a single message; payloads stay out of line until chosen.
  const { rows } = await reachingPostgres(() =>
    pool.query<ChunkRow>({
      name: 'stream-read',
      text: `SELECT first_offset, last_offset, appended_at_ms, encoding, payload
        FROM (
          SELECT *, sum(plain_bytes) OVER older AS bytes_before, sum(last_offset - first_offset + 1) OVER older AS messages_before
          FROM (SELECT * FROM stream_log WHERE topic_id = $1 AND partition = $2 AND last_offset >= $3 ORDER BY last_offset LIMIT $4) AS next
          WINDOW older AS (ORDER BY last_offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS measured
        WHERE coalesce(bytes_before, 0) < $5 AND coalesce(messages_before, 0) < $4
        ORDER BY last_offset`,
      values: [from.topic.topicId, from.partition, from.offset, limit.messages, limit.bytes],
    }),
  );
  return rows.flatMap((row) =>
    decodeChunk(
      from.topic.topic,
      from.partition,
      {
        firstOffset: Number(row.first_offset),
        appendedAtMs: Number(row.appended_at_ms),
        encoding: row.encoding,
        payload: row.payload,
      },
      from.offset,
    ),
  );
}

/** The first message appended at or after the time, or the end of the partition. */
export async function offsetAtTime(
  client: pg.ClientBase,
  input: { topicId: number; partition: number; atMs: number; endOffset: number },
): Promise<number> {
  const { rows } = await client.query<{ first_offset: string }>(
    `SELECT first_offset FROM stream_log WHERE topic_id = $1 AND partition = $2 AND appended_at_ms >= $3 ORDER BY last_offset LIMIT 1`,
    [input.topicId, input.partition, input.atMs],
  );
  const row = rows[0];
  return row ? Number(row.first_offset) : input.endOffset;
}

/** Offset after the newest message, of every partition of the topics. Key: {@link partitionKey}. */
export async function endOffsets(pool: pg.Pool, topicIds: readonly number[]): Promise<Map<string, number>> {
  const { rows } = await reachingPostgres(() =>
    pool.query<{ topic_id: number; partition: number; next_offset: string }>({
      name: 'stream-ends',
      text: 'SELECT topic_id, partition, next_offset FROM stream_partitions WHERE topic_id = ANY($1)',
      values: [topicIds],
    }),
  );
  return new Map(rows.map((row) => [partitionKey(row.topic_id, row.partition), Number(row.next_offset)]));
}

export function partitionKey(topicId: number, partition: number): string {
  return `${topicId}/${partition}`;
}
