import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BlobStore } from './blob-store.js';
import type { FileFault } from './file-rows.js';

/** Reads a content to its end: whether it is there, and is what it is called. */
export async function contentFault(blobs: BlobStore, sha256: string): Promise<FileFault | null> {
  const content = await blobs.open(sha256);
  if (content === null) return 'missing';
  return (await hashOf(content)) === sha256 ? null : 'altered';
}

async function hashOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  // The stores hand out buffers; the type of a stream also knows text.
  for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
