import { RefusedError } from '@tianyan/kernel';
import { createHash } from 'node:crypto';
import { PassThrough, pipeline, Transform, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS_BYTES } from '../api/index.js';
import {
  isAttachmentPath,
  isBundlePath,
  isContained,
  jsonBytes,
  MANIFEST_PATH,
  manifestOf,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_ENTRIES,
  MAX_ENTRY_BYTES,
  SEAL_PATH,
  sha256Of,
  type BundleAbout,
  type BundleEntry,
  type BundleParts,
  type ContainedAttachment,
} from './manifest.js';
import { sealBytes, type SealKey } from './seal.js';

export interface SealedBundle {
  /** Breaks off with an error where a content is not what the manifest says of it. */
  zip: Readable;
  /** For the audit log, which so holds the seal a second time. */
  manifestSha256: string;
}

/** When the entries of an archive were changed is said by the manifest; the archive says the same of all. */
const ENTRY_TIME = new Date('2026-01-01T00:00:00Z');
/**
 * Of attachments, which are pictures and recordings and hardly become smaller. Never stored as they are: where one ends is then said behind it alone, and
 * programs that read from the beginning could be led astray.
 */
const ATTACHMENT_COMPRESSION = 1;

/** Throws RefusedError('too-large') beyond what a verifier takes. */
export function sealBundle(about: BundleAbout, parts: BundleParts, key: SealKey): SealedBundle {
  const attachments = parts.attachments.filter(isContained);
  assertWithinLimits(parts.entries, attachments);
  const manifest = jsonBytes(manifestOf(about, parts));
  const seal = { path: SEAL_PATH, content: sealBytes(manifest, key) };
  const zip = zipOf([{ path: MANIFEST_PATH, content: manifest }, seal, ...parts.entries], attachments);
  return { zip, manifestSha256: sha256Of(manifest) };
}

/** An archive of these entries, in this order, the attachments behind them. */
export function zipOf(
  entries: readonly BundleEntry[],
  attachments: readonly Pick<ContainedAttachment, 'path' | 'bytes' | 'sha256' | 'open'>[] = [],
): Readable {
  const zip = new ZipFile();
  const written = new PassThrough();
  zip.outputStream.pipe(written);
  // The archive itself would wait for ever for the rest of a content that breaks off.
  const breakOff = (error: Error) => written.destroy(error);
  zip.once('error', breakOff);
  for (const { path, content } of entries) zip.addBuffer(content, path, { mtime: ENTRY_TIME });
  for (const attachment of attachments) {
    const options = { mtime: ENTRY_TIME, compressionLevel: ATTACHMENT_COMPRESSION, size: attachment.bytes };
    zip.addReadStreamLazy(attachment.path, options, (give) => {
      attachment.open().then((content) => give(null, checked(content, attachment, breakOff)), breakOff);
    });
  }
  zip.end();
  return written;
}

/** The content as it is, which fails at its end where it is not the one that was promised. */
function checked(content: Readable, { sha256 }: { sha256: string }, breakOff: (error: Error) => void): Readable {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush: (done) => done(hash.digest('hex') === sha256 ? null : new RefusedError('conflict', CHANGED)),
  });
  return pipeline(content, through, (error) => {
    if (error) breakOff(error);
  });
}

const CHANGED = '有附件的内容在生成卷宗时变了，请重新导出；仍不行的，请联系管理员检查附件存储。';

function assertWithinLimits(entries: readonly BundleEntry[], attachments: readonly ContainedAttachment[]): void {
  const all = [...entries, ...attachments].map(({ path }) => path);
  const bad =
    all.find((path) => !isBundlePath(path)) ??
    entries.find(({ path }) => isAttachmentPath(path))?.path ??
    attachments.find(({ path }) => !isAttachmentPath(path))?.path;
  if (bad !== undefined || new Set(all).size !== all.length)
    throw new Error(`the paths of a bundle are not as they have to be: ${bad ?? 'twice'}`);
  const isTooLarge = (bytes: readonly number[], largest: number, together: number) =>
    bytes.some((one) => one > largest) || bytes.reduce((sum, one) => sum + one, 0) > together;
  const isTooMuch =
    all.length > MAX_BUNDLE_ENTRIES ||
    isTooLarge(
      entries.map(({ content }) => content.length),
      MAX_ENTRY_BYTES,
      MAX_BUNDLE_BYTES,
    ) ||
    isTooLarge(
      attachments.map(({ bytes }) => bytes),
      MAX_ATTACHMENT_BYTES,
      MAX_ATTACHMENTS_BYTES,
    );
  if (isTooMuch) throw new RefusedError('too-large', '这条线索的材料太多，一份卷宗装不下。请先把线索分成几条，再分别导出。');
}
