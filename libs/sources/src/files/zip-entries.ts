import type { Readable } from 'node:stream';
import { open, type Entry, type ZipFile } from 'yauzl';
import { FileRefusedError } from './limits.js';

/** Opens the archive by its directory, which is right whatever order the parts lie in. */
export function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(new FileRefusedError('文件不是有效的工作簿（压缩结构损坏），请重新导出或另存。', { cause: error }));
      else resolve(zip);
    });
  });
}

/** Entries one by one; the next is read when the consumer asks for it. */
export async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (value: Entry | null, error?: Error) => {
        zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
        if (error) reject(new FileRefusedError('工作簿的压缩目录损坏，请重新导出或另存。', { cause: error }));
        else resolve(value);
      };
      zip
        .once('entry', (found: Entry) => settle(found))
        .once('end', () => settle(null))
        .once('error', (error: Error) => settle(null, error));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

/** The unpacked bytes of one part. */
export function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(new FileRefusedError('工作簿的内容损坏，无法解压，请重新导出或另存。', { cause: error }));
      else resolve(stream);
    });
  });
}
