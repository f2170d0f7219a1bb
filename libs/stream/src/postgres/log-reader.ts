import { bytes, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { StreamMessage } from '../port.js';
import { decodeChunk, type StoredChunk } from './chunk.js';
import type { Topic } from './topics.js';

const chunkSchema = z
  .object({ first_offset: z.int(), appended_at_ms: z.int(), encoding: z.int(), payload: bytes })
  .transform(({ first_offset: firstOffset, appended_at_ms: appendedAtMs, encoding, payload }): StoredChunk => ({
    firstOffset,
    appendedAtMs,
    encoding,
    payload,
  }));
const firstSchema = z.object({ first_offset: z.int() });
const endSchema = z.object({ topic_id: z.int(), partition: z.int(), next_offset: z.int() });

/**
 * Messages from an offset on: whole chunks, at least one, and further ones while they begin within both limits. So a
 * read holds at most the limits plus one chunk. Empty when the log holds nothing from there on.
 */
export async function readMessages(
  pool: Pool,
  from: { topic: Topic; partition: number; offset: number },
  limit: { messages: number; bytes: number },
): Promise<StreamMessage[]> {
  // The inner LIMIT bounds the scan when each chunk holds a single message; payloads stay out of line until chosen.
  const chunks = await rows(
    pool,
    chunkSchema,
    {
      name: 'stream-read',
      text: `SELECT first_offset, appended_at_ms, encoding, payload
        FROM (
          SELECT *, sum(plain_bytes) OVER older AS bytes_before, sum(last_offset - first_offset + 1) OVER older AS messages_before
          FROM (SELECT * FROM stream_log WHERE topic_id = $1 AND partition = $2 AND last_offset >= $3 ORDER BY last_offset LIMIT $4) AS next
          WINDOW older AS (ORDER BY last_offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS measured
        WHERE coalesce(bytes_before, 0) < $5 AND coalesce(messages_before, 0) < $4
        ORDER BY last_offset`,
    },
    [from.topic.topicId, from.partition, from.offset, limit.messages, limit.bytes],
  );
  return chunks.flatMap((chunk) => decodeChunk(from.topic.topic, from.partition, chunk, from.offset));
}

/** The first message appended at or after the time, or the end of the partition. */
export async function offsetAtTime(
  client: ClientBase,
  input: { topicId: number; partition: number; atMs: number; endOffset: number },
): Promise<number> {
  const first = await maybeRow(
    client,
    firstSchema,
    `SELECT first_offset FROM stream_log WHERE topic_id = $1 AND partition = $2 AND appended_at_ms >= $3 ORDER BY last_offset LIMIT 1`,
    [input.topicId, input.partition, input.atMs],
  );
  return first?.first_offset ?? input.endOffset;
}

/** Offset after the newest message, of every partition of the topics. Key: {@link partitionKey}. */
export async function endOffsets(pool: Pool, topicIds: readonly number[]): Promise<Map<string, number>> {
  const ends = await rows(
    pool,
    endSchema,
    { name: 'stream-ends', text: 'SELECT topic_id, partition, next_offset FROM stream_partitions WHERE topic_id = ANY($1)' },
    [topicIds],
  );
  return new Map(ends.map((end) => [partitionKey(end.topic_id, end.partition), end.next_offset]));
}

export function partitionKey(topicId: number, partition: number): string {
  return `${topicId}/${partition}`;
}
