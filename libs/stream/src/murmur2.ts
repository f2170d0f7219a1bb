const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** MurmurHash2 (Austin Appleby, public domain) with the seed that Kafka's clients use, as a signed 32-bit number. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const wholeWords = length - (length % 4);
  for (let at = 0; at < wholeWords; at += 4) {
    let k = Math.imul(view.getInt32(at, true), M);
    k ^= k >>> R;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const rest = length - wholeWords;
  if (rest === 3) hash ^= view.getUint8(wholeWords + 2) << 16;
  if (rest >= 2) hash ^= view.getUint8(wholeWords + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(wholeWords), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return (hash ^ (hash >>> 15)) | 0;
}

/**
 * The partition of a key: the same that Kafka's default partitioner picks, so a log copied from one technology to the
 * other keeps every key where it was. Depends on nothing but key and number of partitions.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}
