import { expect, test } from '@jest/globals';
import { sha256Hex } from '@tianyan/kernel';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobContent, BlobStore } from './blob-store.js';

const MIB = 1024 * 1024;
const textContent = (text: string): BlobContent => ({
  sizeBytes: Buffer.byteLength(text),
  open: () => Readable.from([Buffer.from(text)]),
});

async function read(content: Readable | null): Promise<string | null> {
  if (content === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk); // both stores hand out buffers
  return hash.digest('hex');
}

/** Ends in the middle, as the disk that it is read from does. */
export const BREAKS_OFF: BlobContent = {
  sizeBytes: 2 * MIB,
  open: () =>
    Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.alloc(MIB));
        throw new Error('the disk was pulled out');
      })(),
    ),
};

/** What every store does. */
export function blobStoreConformance(storeOf: () => BlobStore): void {
  test('what was put is read as it was, and is gone once it is removed', async () => {
    const store = storeOf();
    const name = sha256Hex('一份材料');
    expect(await store.open(name)).toBeNull();
    await store.put(name, textContent('一份材料'));
    expect(await read(await store.open(name))).toBe(name);
    await store.remove(name);
    expect(await store.open(name)).toBeNull();
    await store.remove(name);
  });

  test('put again it is the same, also at once; a spoilt content is mended by it', async () => {
    const store = storeOf();
    const name = sha256Hex('同一份');
    await store.put(name, textContent('被改过'));
    await Promise.all([1, 2, 3].map(() => store.put(name, textContent('同一份'))));
    expect(await read(await store.open(name))).toBe(name);
  });

  test('a content that breaks off is told', async () => {
    await expect(storeOf().put(sha256Hex('断过的'), BREAKS_OFF)).rejects.toThrow();
  });

  test('a large content goes through piece by piece', async () => {
    const store = storeOf();
    const piece = Buffer.alloc(MIB, 7);
    const hash = createHash('sha256');
    for (let count = 0; count < 24; count++) hash.update(piece);
    const name = hash.digest('hex');
    await store.put(name, { sizeBytes: 24 * MIB, open: () => Readable.from(Array.from({ length: 24 }, () => piece)) });
    expect(await read(await store.open(name))).toBe(name);
    await store.remove(name);
  });

  test('a name that is no SHA-256 leads nowhere', async () => {
    const store = storeOf();
    await expect(store.open('../../etc/passwd')).rejects.toThrow('no SHA-256');
    await expect(store.put('ABC', textContent('x'))).rejects.toThrow('no SHA-256');
  });
}
