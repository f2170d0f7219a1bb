import { RefusedError } from '@tianyan/kernel';
import { fileTypeFromFile } from 'file-type';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ACCEPTED_WORDS, FILE_TYPE_RULES, sizeText, type FileType } from './api/index.js';
import { keptName } from './file-name.js';
import { thumbnailOf } from './thumbnail.js';

/** A file that has arrived, in a temporary place. */
export interface ArrivedFile {
  path: string;
  /** As whoever sent it calls it. */
  name: string;
}

/** What a file was found to be. */
export interface InspectedFile {
  path: string;
  name: string;
  type: FileType;
  sizeBytes: number;
  sha256: string;
  /** WebP, without what the camera wrote of place and device; null: none of what it is, or none that can be made of it. */
  thumbnail: Buffer | null;
}

/** By what the content is recognised as. */
const RECOGNISED: Readonly<Record<string, FileType>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/heif': 'heic',
  'application/pdf': 'pdf',
  [FILE_TYPE_RULES.docx.mediaType]: 'docx',
  [FILE_TYPE_RULES.xlsx.mediaType]: 'xlsx',
  'audio/mpeg': 'mp3',
  'audio/x-m4a': 'm4a',
  'audio/mp4': 'm4a',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
  'video/x-m4v': 'mp4',
};
const WITH_PARTS: readonly FileType[] = ['docx', 'xlsx'];
/** Parts of an office document that run: names stand uncompressed in the archive. */
const RUNNING_PARTS = ['vbaProject.bin', 'vbaData.xml', '/activeX/', '/embeddings/oleObject'];

/**
 * Says what a file is by its content; nothing of what the client claims counts but the name, and that has to fit. Throws RefusedError: `invalid`
 * for what is empty, unknown, or not what it says; `too-large`.
 */
export async function inspectFile({ path, name }: ArrivedFile): Promise<InspectedFile> {
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes === 0) throw new RefusedError('invalid', '文件是空的，请重新选择。');
  const type = await typeOf(path);
  const kept = keptName(name, type);
  const { label, maxBytes } = FILE_TYPE_RULES[type];
  if (sizeBytes > maxBytes)
    throw new RefusedError(
      'too-large',
      `${label}最大 ${sizeText(maxBytes)}，这个文件有 ${sizeText(sizeBytes)}。请压缩或分开后再上传。`,
    );
  const sha256 = await readThrough(path, WITH_PARTS.includes(type));
  return { path, name: kept, type, sizeBytes, sha256, thumbnail: await thumbnailOf(path, type) };
}

async function typeOf(path: string): Promise<FileType> {
  const recognised = await fileTypeFromFile(path);
  const type = recognised && Object.hasOwn(RECOGNISED, recognised.mime) ? RECOGNISED[recognised.mime] : undefined;
  if (type === undefined) throw new RefusedError('invalid', `不能上传这种文件。可以上传：${ACCEPTED_WORDS}。`);
  return type;
}

/** Reads a file once: its SHA-256, and whether an office document runs something where it is opened. */
async function readThrough(path: string, hasParts: boolean): Promise<string> {
  const hash = createHash('sha256');
  const longest = Math.max(...RUNNING_PARTS.map((part) => part.length));
  let before = '';
  // The stream hands out buffers where it is given no encoding; its type here also knows text.
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (!hasParts) continue;
    const text = before + chunk.toString('latin1');
    if (RUNNING_PARTS.some((part) => text.includes(part)))
      throw new RefusedError('invalid', '文档带有宏或嵌入的程序，不能上传。请另存为不带宏的文档，或导出 PDF 后上传。');
    // A name may lie across two chunks.
    before = text.slice(-longest);
  }
  return hash.digest('hex');
}
