import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MAX_MESSAGE_BYTES, tooLarge } from '../message-limit.js';
import type { OutgoingMessage, StreamMessage } from '../port.js';
import { CHUNK_BYTES, CHUNK_MESSAGES, COMPRESS_FROM_BYTES, COMPRESSION_LEVEL } from './options.js';

/** How a payload is stored; numbers as in the column `encoding`. */
export const ENCODING = { plain: 0, zstd: 1 } as const;

/** A run of messages of one partition, ready to become one row of the log. */
export interface Chunk {
  partition: number;
  count: number;
  plainBytes: number;
  encoding: number;
  payload: Buffer;
}

/** A row of the log as it was read. */
export interface StoredChunk {
  firstOffset: number;
  appendedAtMs: number;
  encoding: number;
  payload: Buffer;
}

type Entry = [key: string, value: string, headers?: Readonly<Record<string, string>>];

/** JSON, because it carries every JavaScript string (lone surrogates too) and SQL can read it. */
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
  for (const message of messages) {
    const entry = encodeEntry(message);
    if (entry.length > MAX_MESSAGE_BYTES) throw tooLarge(entry.length);
    if (entries.length > 0 && (size + entry.length > CHUNK_BYTES || entries.length >= CHUNK_MESSAGES)) {
      chunks.push(seal(partition, entries, size));
      entries = [];
      size = 0;
    }
    entries.push(entry);
    size += entry.length;
  }
  if (entries.length > 0) chunks.push(seal(partition, entries, size));
  return chunks;
}

/** A UTF-16 unit never needs more UTF-8 bytes. */
const MAX_UTF8_BYTES_PER_UNIT = 3;

/**
 * Entry by entry into one buffer: joining them first would copy everything once more, twice as slow. Compression is
 * synchronous: a fraction of a millisecond for a chunk, less than handing it to another thread takes.
 */
function seal(partition: number, entries: readonly string[], size: number): Chunk {
  const buffer = Buffer.allocUnsafe(size * MAX_UTF8_BYTES_PER_UNIT + entries.length + 1);
  let end = 0;
  for (const entry of entries) {
    end += buffer.write(end === 0 ? '[' : ',', end, 'latin1');
    end += buffer.write(entry, end, 'utf8');
  }
  end += buffer.write(']', end, 'latin1');
  const plain = buffer.subarray(0, end);
  const chunk = { partition, count: entries.length, plainBytes: end };
  if (end < COMPRESS_FROM_BYTES) return { ...chunk, encoding: ENCODING.plain, payload: Buffer.from(plain) };
  const payload = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } });
  return { ...chunk, encoding: ENCODING.zstd, payload };
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The messages of a chunk from `fromOffset` on. */
export function decodeChunk(topic: string, partition: number, chunk: StoredChunk, fromOffset: number): StreamMessage[] {
  const plain = chunk.encoding === ENCODING.zstd ? zstdDecompressSync(chunk.payload) : chunk.payload;
  // Written by encodeChunks alone; nothing else writes to the log.
  const entries = JSON.parse(plain.toString('utf8')) as Entry[];
  const messages: StreamMessage[] = [];
  for (const [index, [key, value, headers]] of entries.entries()) {
    const offset = chunk.firstOffset + index;
    if (offset < fromOffset) continue;
    messages.push({ key, value, headers: headers ?? NO_HEADERS, topic, partition, offset, appendedAtMs: chunk.appendedAtMs });
  }
  return messages;
}
