import type { Entry, ZipFile } from 'yauzl';
import {
  FileRefusedError,
  MAX_WORKBOOK_BYTES,
  MAX_WORKBOOK_ENTRIES,
  MAX_WORKBOOK_RATIO,
  RATIO_CHECKED_FROM_BYTES,
} from './limits.js';
import { entriesOf, openZip } from './zip-entries.js';

/**
 * Refuses a workbook that would unpack to more than the memory is meant for, before anything else opens it. The sizes
 * written in the archive are checked first, then every part is unpacked and counted, because the sizes may lie.
 */
export async function guardWorkbook(path: string): Promise<void> {
  const zip = await openZip(path);
  let entries = 0;
  let declaredBytes = 0;
  let actualBytes = 0;
  try {
    for await (const entry of entriesOf(zip)) {
      declaredBytes += entry.uncompressedSize;
      if (++entries > MAX_WORKBOOK_ENTRIES)
        throw new FileRefusedError(`表格文件内的部件超过 ${MAX_WORKBOOK_ENTRIES} 个，不像正常的 XLSX，已拒绝。`);
      if (declaredBytes > MAX_WORKBOOK_BYTES) throw tooLarge();
      if (isBomb(entry.uncompressedSize, entry.compressedSize)) throw bomb();
      actualBytes += await countBytes(zip, entry, MAX_WORKBOOK_BYTES - actualBytes);
    }
  } finally {
    zip.close();
  }
}

function isBomb(uncompressed: number, compressed: number): boolean {
  return uncompressed > RATIO_CHECKED_FROM_BYTES && uncompressed > compressed * MAX_WORKBOOK_RATIO;
}

function bomb(): FileRefusedError {
  return new FileRefusedError(`表格文件的压缩比超过 ${MAX_WORKBOOK_RATIO} 倍，疑似压缩炸弹，已拒绝。请在来源系统中重新导出。`);
}

function tooLarge(): FileRefusedError {
  return new FileRefusedError(`表格文件解压后超过 ${MAX_WORKBOOK_BYTES / 1024 / 1024} MB，已拒绝。请分成几个文件，或改用 CSV。`);
}

function countBytes(zip: ZipFile, entry: Entry, limitBytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(new FileRefusedError('工作簿的内容损坏，无法解压，请重新导出或另存。', { cause: error }));
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limitBytes) stream.destroy(tooLarge());
        else if (isBomb(bytes, entry.compressedSize)) stream.destroy(bomb());
      });
      stream.once('end', () => resolve(bytes));
      stream.once('error', (cause) =>
        reject(
          cause instanceof FileRefusedError
            ? cause
            : new FileRefusedError('工作簿的内容与声明的大小不符，已拒绝。请重新导出或另存。', { cause }),
        ),
      );
    });
  });
}
