import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MAX_MESSAGE_BYTES, tooLarge } from '../message-limit.js';
import type { OutgoingMessage, StreamMessage } from '../port.js';
import { LoggedMessage } from './logged-message.js';
import { CHUNK_BYTES, CHUNK_MESSAGES, COMPRESS_FROM_BYTES, COMPRESSION_LEVEL } from './options.js';

/**
 * How a payload is stored; numbers as in the column `encoding`. `plain` and `zstd` are a JSON list of entries, `zstdApart` has the
 * values for themselves (see `sealApart`).
 */
export const ENCODING = { plain: 0, zstd: 1, zstdApart: 2 } as const;

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
function encodeEntry({ message: { key, value, headers } }: Sized): string {
  const entry: Entry = headers === undefined ? [key, value] : [key, value, headers];
  return JSON.stringify(entry);
}

/** A message and what stands in the index of its chunk. */
interface Sized {
  message: OutgoingMessage;
  keyText: string;
  /** Place among the headers of the chunk. */
  headers: number;
}

/** Of each message in the index, beside its key: the length of its value, which headers it has, and commas. */
const INDEX_CHARS = 16;

/** The run of messages that becomes one chunk. */
class OpenChunk {
  readonly sized: Sized[] = [];
  /** Texts of the headers that occur, mostly one or two for all messages. */
  readonly headers = new Map<string, number>();
  /** The same by identity: a publisher gives all messages of a kind the same object. */
  private readonly known = new Map<OutgoingMessage['headers'], number>();
  chars = 0;

  static charsOf(message: OutgoingMessage, keyText: string): number {
    return keyText.length + message.value.length + INDEX_CHARS;
  }

  add(message: OutgoingMessage, keyText: string): void {
    this.sized.push({ message, keyText, headers: this.placeOf(message.headers) });
    this.chars += OpenChunk.charsOf(message, keyText);
  }

  private placeOf(headers: OutgoingMessage['headers']): number {
    const known = this.known.get(headers);
    if (known !== undefined) return known;
    const text = JSON.stringify(headers ?? {});
    const place = this.headers.get(text) ?? this.headers.size;
    this.headers.set(text, place);
    this.known.set(headers, place);
    return place;
  }
}

/** Cuts the messages of one partition, in their order, into chunks of bounded size. */
export function encodeChunks(partition: number, messages: readonly OutgoingMessage[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open = new OpenChunk();
  for (const message of messages) {
    const keyText = JSON.stringify(message.key);
    const chars = OpenChunk.charsOf(message, keyText);
    if (chars > MAX_MESSAGE_BYTES) throw tooLarge(chars);
    if (open.sized.length > 0 && (open.chars + chars > CHUNK_BYTES || open.sized.length >= CHUNK_MESSAGES)) {
      chunks.push(seal(partition, open));
      open = new OpenChunk();
    }
    open.add(message, keyText);
  }
  if (open.sized.length > 0) chunks.push(seal(partition, open));
  return chunks;
}

/** A UTF-16 unit never needs more UTF-8 bytes. */
const MAX_UTF8_BYTES_PER_UNIT = 3;

/**
 * Compression is synchronous: a fraction of a millisecond for a chunk, less than handing it to another thread takes. A small chunk
 * stays JSON, which an operator can read; so does one with a value that is no Unicode, which only JSON can carry.
 */
function seal(partition: number, open: OpenChunk): Chunk {
  const count = open.sized.length;
  if (open.chars >= COMPRESS_FROM_BYTES && open.sized.every(({ message }) => message.value.isWellFormed())) {
    const plain = sealApart(open);
    return { partition, count, plainBytes: plain.length, encoding: ENCODING.zstdApart, payload: compressed(plain) };
  }
  const plain = Buffer.from(`[${open.sized.map(encodeEntry).join(',')}]`);
  const chunk = { partition, count, plainBytes: plain.length };
  return plain.length < COMPRESS_FROM_BYTES
    ? { ...chunk, encoding: ENCODING.plain, payload: plain }
    : { ...chunk, encoding: ENCODING.zstd, payload: compressed(plain) };
}

function compressed(plain: Buffer): Buffer {
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } });
}

/** Keys, headers that occur, byte lengths of the values, and which headers each message has. */
type Index = [keys: string[], headers: Readonly<Record<string, string>>[], lengths: number[], headersOf: number[]];

const INDEX_LENGTH_BYTES = 4;

/** Kept from chunk to chunk: made anew each time, a megabyte outside the heap makes the collector run far too often. */
let scratch = Buffer.alloc(0);

/**
 * The values one after the other, then the index as JSON, then its length. A value is JSON mostly: as a text within JSON all its
 * quotes would be written and read as two characters, and it could not be handed on as it stands.
 * @returns a view that is good until the next call
 */
function sealApart({ sized, headers, chars }: OpenChunk): Buffer {
  const headersText = [...headers.keys()].join(',');
  const most = (chars + headersText.length) * MAX_UTF8_BYTES_PER_UNIT + sized.length * INDEX_CHARS + 1_024;
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
  const lengths: number[] = [];
  let end = 0;
  for (const { message } of sized) {
    const length = scratch.write(message.value, end, 'utf8');
    lengths.push(length);
    end += length;
  }
  const keys = sized.map(({ keyText }) => keyText).join(',');
  const places = sized.map((one) => one.headers).join(',');
  const indexBytes = scratch.write(`[[${keys}],[${headersText}],[${lengths.join(',')}],[${places}]]`, end, 'utf8');
  end = scratch.writeUInt32LE(indexBytes, end + indexBytes);
  return scratch.subarray(0, end);
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The messages of a chunk from `fromOffset` on. */
export function decodeChunk(topic: string, partition: number, stored: StoredChunk, fromOffset: number): StreamMessage[] {
  const { firstOffset, appendedAtMs, encoding, payload } = stored;
  const place = { topic, partition, appendedAtMs };
  const plain = encoding === ENCODING.plain ? payload : zstdDecompressSync(payload);
  if (encoding === ENCODING.zstdApart) return decodeApart(place, plain, firstOffset, fromOffset);
  // Written by encodeChunks alone; nothing else writes to the log.
  const entries = JSON.parse(plain.toString('utf8')) as Entry[];
  const messages: StreamMessage[] = [];
  for (const [index, [key, value, headers]] of entries.entries()) {
    const offset = firstOffset + index;
    if (offset >= fromOffset) messages.push({ key, value, headers: headers ?? NO_HEADERS, ...place, offset });
  }
  return messages;
}

function decodeApart(
  place: Pick<StreamMessage, 'topic' | 'partition' | 'appendedAtMs'>,
  chunk: Buffer,
  firstOffset: number,
  fromOffset: number,
): StreamMessage[] {
  const indexEnd = chunk.length - INDEX_LENGTH_BYTES;
  const indexText = chunk.toString('utf8', indexEnd - chunk.readUInt32LE(indexEnd), indexEnd);
  const [keys, headers, lengths, headersOf] = JSON.parse(indexText) as Index; // as above
  const messages: StreamMessage[] = [];
  let end = 0;
  for (const [index, key] of keys.entries()) {
    const start = end;
    end += lengths[index] ?? 0;
    const offset = firstOffset + index;
    if (offset < fromOffset) continue;
    messages.push(new LoggedMessage(place, offset, key, headers[headersOf[index] ?? 0] ?? NO_HEADERS, { chunk, start, end }));
  }
  return messages;
}
