import { createHash } from 'node:crypto';
import { open as openFile, type FileHandle } from 'node:fs/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS_BYTES } from '../api/index.js';
import {
  isAttachmentPath,
  isBundlePath,
  MANIFEST_PATH,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_ENTRIES,
  MAX_ENTRY_BYTES,
  SEAL_PATH,
} from './manifest.js';
import { STEPS_PATH } from './step-order.js';

/** What is wrong with an archive, in Chinese, for whoever verifies it. */
export class BundleFault extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'BundleFault';
  }
}

/** What was found under a name; the content itself only of the entries that are judged by it. */
export interface FoundEntry {
  path: string;
  bytes: number;
  sha256: string;
  content: Buffer | null;
}

const JUDGED_BY_CONTENT: readonly string[] = [MANIFEST_PATH, SEAL_PATH, STEPS_PATH];

/**
 * The entries of an archive in their order, each unpacked within limits. Throws BundleFault for what no bundle is: names that leave the
 * folder or stand twice, entries that unpack to more than a bundle may hold, a directory that is not right, and bytes that belong to no entry.
 */
export async function readBundle(file: string): Promise<FoundEntry[]> {
  const handle = await openFile(file);
  try {
    const directoryAt = await directoryStart(handle);
    const zip = await openZip(file);
    try {
      return await readEntries(zip, { handle, directoryAt });
    } finally {
      zip.close();
    }
  } finally {
    await handle.close();
  }
}

async function readEntries(
  zip: ZipFile,
  { handle, directoryAt }: { handle: FileHandle; directoryAt: number },
): Promise<FoundEntry[]> {
  // The manifest and its seal are not counted in it.
  if (zip.entryCount > MAX_BUNDLE_ENTRIES + 2)
    throw new BundleFault(`压缩包里有 ${zip.entryCount} 个文件，超过一份卷宗的上限 ${MAX_BUNDLE_ENTRIES} 个，不是平台的卷宗。`);
  const entries: FoundEntry[] = [];
  const seen = new Set<string>();
  const room = new Room();
  let at = 0;
  for await (const entry of listed(zip)) {
    const path = entry.fileName;
    if (!isBundlePath(path))
      throw new BundleFault(`压缩包里有不合规的文件名 ${JSON.stringify(path)}，不是平台的卷宗，请不要解压。`);
    // Of two entries of one name, programs show one or the other. Some file systems take capitals for small letters.
    if (seen.has(path.toLowerCase())) throw new BundleFault(`压缩包里有两个 ${path}，卷宗被改动过。`);
    seen.add(path.toLowerCase());
    room.take(path, entry.uncompressedSize);
    at = await endOfEntry(zip, entry, { handle, beginsAt: at });
    entries.push(await contentOf(zip, entry));
  }
  if (at !== directoryAt) throw new BundleFault('压缩包里夹带了目录没有列出的内容，卷宗被改动过，请不要解压。');
  return entries;
}

/** What may still be unpacked. */
class Room {
  private bytes = 0;
  private attachmentBytes = 0;

  take(path: string, bytes: number): void {
    if (isAttachmentPath(path)) this.attachmentBytes += bytes;
    else this.bytes += bytes;
    const largest = isAttachmentPath(path) ? MAX_ATTACHMENT_BYTES : MAX_ENTRY_BYTES;
    if (bytes > largest || this.bytes > MAX_BUNDLE_BYTES || this.attachmentBytes > MAX_ATTACHMENTS_BYTES)
      throw new BundleFault(`${path} 解压后太大，超过一份卷宗的上限，不是平台的卷宗，请不要解压。`);
  }
}

/** Set where sizes and checksum of an entry stand behind it: they were not known before it was written. */
const SIZES_BEHIND = 0x8;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const DESCRIPTOR_BYTES = 16;

/**
 * Where the entry ends. It begins where the one before ended and says the same of itself as the directory does: programs that read an archive from
 * its beginning to its end would show something else than what was verified.
 */
async function endOfEntry(
  zip: ZipFile,
  entry: Entry,
  { handle, beginsAt }: { handle: FileHandle; beginsAt: number },
): Promise<number> {
  const { fileName: path, compressedSize, uncompressedSize, crc32, compressionMethod, generalPurposeBitFlag } = entry;
  const said = await zip.readLocalFileHeaderPromise(entry).catch((cause: unknown) => {
    throw new BundleFault(`${path} 解不开，被改动过或没有下载完。`, { cause });
  });
  const dataEnd = said.fileDataStart + compressedSize;
  const isBehind = (generalPurposeBitFlag & SIZES_BEHIND) !== 0;
  const sizes = [crc32, compressedSize, uncompressedSize];
  const before = [said.crc32, said.compressedSize, said.uncompressedSize];
  const saidSizes = isBehind ? await sizesBehind(handle, dataEnd) : before;
  const same =
    entry.relativeOffsetOfLocalHeader === beginsAt &&
    said.fileName.toString('latin1') === path &&
    said.generalPurposeBitFlag === generalPurposeBitFlag &&
    said.compressionMethod === compressionMethod &&
    // Stored as it is, an entry whose sizes stand behind it ends where a program thinks it does.
    (!isBehind || (compressionMethod !== 0 && before.every((size) => size === 0))) &&
    sizes.every((size, index) => size === saidSizes[index]);
  if (!same) throw new BundleFault(`压缩包里 ${path} 的位置、名称或大小前后不一，卷宗被改动过，请不要解压。`);
  return isBehind ? dataEnd + DESCRIPTOR_BYTES : dataEnd;
}

/** Checksum, packed and unpacked size, as they stand behind an entry; nothing where they do not. */
async function sizesBehind(handle: FileHandle, at: number): Promise<readonly number[]> {
  const bytes = Buffer.alloc(DESCRIPTOR_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, DESCRIPTOR_BYTES, at);
  if (bytesRead < DESCRIPTOR_BYTES || bytes.readUInt32LE(0) !== DESCRIPTOR_SIGNATURE) return [];
  return [4, 8, 12].map((offset) => bytes.readUInt32LE(offset));
}

/** What an archive ends with, where it has no comment. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const DIRECTORY_BYTES_AT = 12;
const DIRECTORY_START_AT = 16;
const COMMENT_BYTES_AT = 20;

/** Where the entries end. The directory follows, and then the end of the file: nothing stands behind it. */
async function directoryStart(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const end = Buffer.alloc(END_BYTES);
  if (size >= END_BYTES) await handle.read(end, 0, END_BYTES, size - END_BYTES);
  const startsAt = end.readUInt32LE(DIRECTORY_START_AT);
  const isWhole =
    end.readUInt32LE(0) === END_SIGNATURE &&
    end.readUInt16LE(COMMENT_BYTES_AT) === 0 &&
    startsAt + end.readUInt32LE(DIRECTORY_BYTES_AT) + END_BYTES === size;
  if (!isWhole) throw new BundleFault('文件不是完整的压缩包，可能没有下载完，或被改动过。');
  return startsAt;
}

function openZip(file: string): Promise<ZipFile> {
  return openPromise(file, { autoClose: false, validateEntrySizes: true, strictFileNames: true }).catch((cause: unknown) => {
    throw new BundleFault('文件不是完整的压缩包，可能没有下载完，或被改动过。', { cause });
  });
}

async function* listed(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = zip.eachEntry()[Symbol.asyncIterator]();
  for (;;) {
    const next = await entries.next().catch((cause: unknown) => {
      throw new BundleFault('压缩包的目录有误（路径越出文件夹，或被改动过），不是平台的卷宗，请不要解压。', { cause });
    });
    if (next.done === true) return;
    yield next.value;
  }
}

/** Never more than the directory says, which was looked at before: the reader ends an entry that goes on. */
async function contentOf(zip: ZipFile, entry: Entry): Promise<FoundEntry> {
  const path = entry.fileName;
  const kept: Buffer[] | null = JUDGED_BY_CONTENT.includes(path) ? [] : null;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    // A stream without an encoding gives bytes; its type here also knows text.
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      kept?.push(chunk);
    }
  } catch (error) {
    throw new BundleFault(`${path} 解不开，被改动过或没有下载完。`, { cause: error });
  }
  return { path, bytes, sha256: hash.digest('hex'), content: kept && Buffer.concat(kept) };
}
