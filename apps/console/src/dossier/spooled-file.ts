import { mkdtemp, open as openFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const OWNER_ONLY = 0o600;

/**
 * The content, written to its end before a byte of it is sent: whoever asked is told what is wrong, and does not get half a file. The file that it lies
 * in has no name, so it is gone with its last reader, also where the process ends before.
 */
export async function spooled(content: Readable): Promise<{ content: Readable; sizeBytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tianyan-file-'));
  const path = join(folder, 'content');
  const opened: FileHandle[] = [];
  const open = async (flags: string) => {
    const handle = await openFile(path, flags, OWNER_ONLY);
    opened.push(handle);
    return handle;
  };
  try {
    const writing = await open('wx');
    // A handle of its own: one that two streams share is closed by neither.
    const reading = await open('r');
    await rm(folder, { recursive: true });
    await pipeline(content, writing.createWriteStream());
    const { size: sizeBytes } = await reading.stat();
    return { content: reading.createReadStream(), sizeBytes };
  } catch (error) {
    // Also where nothing has begun to read it or to write it; what a stream has closed stays closed.
    content.destroy();
    for (const handle of opened) await handle.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
