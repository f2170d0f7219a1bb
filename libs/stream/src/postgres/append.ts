import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { partitionOf } from '../murmur2.js';
import type { OutgoingMessage } from '../port.js';
import { type Chunk, encodeChunks } from './chunk.js';
import { copyHeader, copyRow, copyTrailer } from './copy-binary.js';
import type { Topic } from './topics.js';

interface ReservedRow {
  reserved_partition: number;
  reserved_first: string;
}

/** Messages cut into chunks, with nothing left to do but to give them offsets and store them. */
export interface PreparedAppend {
  topic: Topic;
  /** Messages for each partition that gets any. */
  counts: ReadonlyMap<number, number>;
  chunks: readonly Chunk[];
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
  return { topic, counts, chunks };
}

/** Gives offsets and stores. Must run inside a transaction: until its commit nothing is visible and the partitions stay locked. */
export async function appendWithin(client: pg.ClientBase, append: PreparedAppend, appendedAtMs: number): Promise<void> {
  const { topic, counts, chunks } = append;
  const { rows } = await client.query<ReservedRow>('SELECT reserved_partition, reserved_first FROM stream_reserve($1, $2, $3)', [
    topic.topicId,
    [...counts.keys()],
    [...counts.values()],
  ]);
  const nextOffset = new Map(rows.map((row) => [row.reserved_partition, Number(row.reserved_first)]));

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
        { int4: chunk.payload.length },
        { text: chunk.payload },
      ]);
    }
    yield copyTrailer();
  }
  const copy = client.query(
    copyFrom(
      'COPY stream_log (topic_id, partition, first_offset, last_offset, appended_at_ms, payload_bytes, payload) FROM STDIN (FORMAT binary)',
    ),
  );
  await pipeline(Readable.from(copyBytes(), { objectMode: true }), copy);
}
