import { PoisonedError } from '@tianyan/kernel';
import type { OutgoingMessage, StreamMessage } from '../port.js';
import { CHUNK_BYTES, CHUNK_MESSAGES, MAX_MESSAGE_BYTES } from './options.js';

/** A run of messages of one partition, ready to become one row of the log. */
export interface Chunk {
  partition: number;
  count: number;
  payload: Buffer;
}

/** A row of the log as it was read. */
export interface StoredChunk {
  firstOffset: number;
  lastOffset: number;
  appendedAtMs: number;
  payload: string;
}

type Entry = [key: string, value: string, headers?: Readonly<Record<string, string>>];

/**
 * JSON, because it carries every JavaScript string: NUL and lone surrogates, which a PostgreSQL text cannot hold, are
 * escaped. It also lets an operator read the log with `payload::jsonb`.
 */
function encodeEntry(message: OutgoingMessage): string {
  const { key, value, headers } = message;
  const entry: Entry = headers === undefined ? [key, value] : [key, value, headers];
  return JSON.stringify(entry);
}

/** Cuts the messages of one partition, in their order, into chunks of bounded size. */
export function encodeChunks(partition: number, messages: readonly OutgoingMessage[]): Chunk[] {
  const chunks: Chunk[] = [];
  let entries: string[] = [];
  let size = 0;
  const close = () => {
    if (entries.length === 0) return;
    chunks.push({ partition, count: entries.length, payload: Buffer.from(`[${entries.join(',\n')}]`, 'utf8') });
    entries = [];
    size = 0;
  };
  for (const message of messages) {
    const entry = encodeEntry(message);
    if (entry.length > MAX_MESSAGE_BYTES) {
      throw new PoisonedError(
        `message of ${entry.length} bytes exceeds ${MAX_MESSAGE_BYTES}`,
        `单条记录超过 ${MAX_MESSAGE_BYTES / 1024 / 1024} MB，请拆分后重新报送`,
      );
    }
    if (size + entry.length > CHUNK_BYTES || entries.length >= CHUNK_MESSAGES) close();
    entries.push(entry);
    size += entry.length;
  }
  close();
  return chunks;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The messages of a chunk from `fromOffset` on. */
export function decodeChunk(topic: string, partition: number, chunk: StoredChunk, fromOffset: number): StreamMessage[] {
  // Written by encodeChunks alone; nothing else writes to the log.
  const entries = JSON.parse(chunk.payload) as Entry[];
  const messages: StreamMessage[] = [];
  for (const [index, [key, value, headers]] of entries.entries()) {
    const offset = chunk.firstOffset + index;
    if (offset < fromOffset) continue;
    messages.push({ key, value, headers: headers ?? NO_HEADERS, topic, partition, offset, appendedAtMs: chunk.appendedAtMs });
  }
  return messages;
}
