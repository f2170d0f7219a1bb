import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { partitionOf } from '../murmur2.js';
import type { OutgoingMessage } from '../port.js';
import { type Chunk, encodeChunks } from './chunk.js';
import { copyHeader, copyRow, copyTrailer } from './copy-binary.js';
import { ONE_CALL_BYTES } from './options.js';
import type { Topic } from './topics.js';

const reservedSchema = z.object({ reserved_partition: z.int(), reserved_first: z.int() });

/** Messages cut into chunks, with nothing left to do but to give them offsets and store them. */
export interface PreparedAppend {
  topic: Topic;
  /** Messages for each partition that gets any. */
  counts: ReadonlyMap<number, number>;
  chunks: readonly Chunk[];
  payloadBytes: number;
}

/** Done before the transaction, so that the partition's row stays locked only while the server works. */
export function prepareAppend(topic: Topic, messages: readonly OutgoingMessage[]): PreparedAppend {
  const byPartition = new Map<number, OutgoingMessage[]>();
  for (const message of messages) {
    const partition = partitionOf(message.key, topic.partitions);
    const list = byPartition.get(partition);
    if (list) list.push(message);
    else byPartition.set(partition, [message]);
  }
  const counts = new Map<number, number>();
  const chunks: Chunk[] = [];
  for (const [partition, list] of byPartition) {
    counts.set(partition, list.length);
    chunks.push(...encodeChunks(partition, list));
  }
  const payloadBytes = chunks.reduce((sum, chunk) => sum + chunk.payload.length, 0);
  return { topic, counts, chunks, payloadBytes };
}

/** Gives offsets and stores, in one transaction: all messages become visible together, or none. */
export async function append(pool: Pool, prepared: PreparedAppend, appendedAtMs: number): Promise<void> {
  if (prepared.payloadBytes <= ONE_CALL_BYTES) await appendInOneCall(pool, prepared, appendedAtMs);
  else await inTransaction(pool, (client) => appendWithin(client, prepared, appendedAtMs));
}

/** A single statement is its own transaction: one round trip instead of five, which small batches feel most. */
async function appendInOneCall(pool: Pool, prepared: PreparedAppend, appendedAtMs: number): Promise<void> {
  const { topic, chunks } = prepared;
  await execute(pool, { name: 'stream-append', text: 'SELECT stream_append($1, $2, $3, $4, $5, $6, $7, $8)' }, [
    topic.topicId,
    appendedAtMs,
    chunks.map((chunk) => chunk.partition),
    chunks.map((chunk) => chunk.count),
    chunks.map((chunk) => chunk.plainBytes),
    chunks.map((chunk) => chunk.encoding),
    chunks.map((chunk) => chunk.payload.length),
    Buffer.concat(chunks.map((chunk) => chunk.payload)),
  ]);
}

/**
 * The same inside a transaction of the caller's: until its commit nothing is visible and the partitions stay locked.
 * COPY streams the chunks, so a publish of any size is never held a second time as one parameter.
 */
export async function appendWithin(client: ClientBase, prepared: PreparedAppend, appendedAtMs: number): Promise<void> {
  const { topic, counts, chunks } = prepared;
  const sql = 'SELECT reserved_partition, reserved_first FROM stream_reserve($1, $2, $3)';
  const reserved = await rows(client, reservedSchema, sql, [topic.topicId, [...counts.keys()], [...counts.values()]]);
  const nextOffset = new Map(reserved.map((row) => [row.reserved_partition, row.reserved_first]));

  function* copyBytes(): Generator<Buffer> {
    yield copyHeader();
    for (const chunk of chunks) {
      const first = nextOffset.get(chunk.partition);
      if (first === undefined) throw new Error(`no offsets were reserved for partition ${chunk.partition} of ${topic.topic}`);
      nextOffset.set(chunk.partition, first + chunk.count);
      yield* copyRow([
        { int4: topic.topicId },
        { int4: chunk.partition },
        { int8: first },
        { int8: first + chunk.count - 1 },
        { int8: appendedAtMs },
        { int4: chunk.plainBytes },
        { int2: chunk.encoding },
        { bytes: chunk.payload },
      ]);
    }
    yield copyTrailer();
  }
  const copy = client.query(
    copyFrom(
      'COPY stream_log (topic_id, partition, first_offset, last_offset, appended_at_ms, plain_bytes, encoding, payload) FROM STDIN (FORMAT binary)',
    ),
  );
  await pipeline(Readable.from(copyBytes(), { objectMode: true }), copy);
}
