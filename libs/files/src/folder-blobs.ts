import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { types } from 'node:util';
import type { EpochMs } from '@tianyan/kernel';
import { assertBlobName, type BlobContent, type BlobStore } from './blob-store.js';

/** Only the account of the process reads what people hand in. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const UNFINISHED = '.part';

/** Contents in a folder, spread over 256 below it: one folder with all of them would be slow to list. */
export class FolderBlobs implements BlobStore {
  readonly place: string;

  constructor(private readonly root: string) {
    this.place = root;
  }

  async put(sha256: string, content: BlobContent): Promise<void> {
    const path = this.pathOf(sha256);
    const folder = dirname(path);
    const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    try {
      // Flushed before it has its name: after a power cut a name must not stand for half a content.
      await pipeline(content.open(), createWriteStream(unfinished, { mode: FILE_MODE, flags: 'wx', flush: true }));
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
    await flushFolder(folder);
  }

  async open(sha256: string): Promise<Readable | null> {
    try {
      // Opened before it is answered: what is missing is told here, and not in the middle of an answer.
      const file = await open(this.pathOf(sha256), 'r');
      return file.createReadStream();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  async removeUnfinished(beforeMs: EpochMs): Promise<number> {
    let removed = 0;
    for (const folder of await readdir(this.root).catch(emptyIfMissing))
      for (const name of await readdir(join(this.root, folder))) {
        const path = join(this.root, folder, name);
        if (!name.endsWith(UNFINISHED)) continue;
        // Finished meanwhile, or being written.
        const written = await stat(path).catch(nullIfMissing);
        if (written === null || written.mtimeMs >= beforeMs) continue;
        await rm(path, { force: true });
        removed++;
      }
    return removed;
  }

  private pathOf(sha256: string): string {
    assertBlobName(sha256);
    return join(this.root, sha256.slice(0, 2), sha256);
  }
}

/** A content of a file that lies here. */
export function fileContent(path: string, sizeBytes: number): BlobContent {
  return { sizeBytes, open: () => createReadStream(path) };
}

/** The new name too has to be on the disk. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ENOENT';
}

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/** Nothing has been put yet. */
function emptyIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}
