import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { MAX_ATTACHMENT_BYTES, OMISSIONS, type Omission } from '../api/index.js';

/** What a bundle is called in its manifest, and how it is laid out: a verifier of before must not pass what it does not know. */
export const BUNDLE_FORMAT = 'tianyan-dossier';
export const BUNDLE_FORMAT_VERSION = 2;

/** The first two entries, which the manifest cannot list. */
export const MANIFEST_PATH = 'manifest.json';
export const SEAL_PATH = 'seal.json';

/** Entries of one bundle: of 50 findings with their evidence, the most that a clue has. */
export const MAX_BUNDLE_ENTRIES = 5_000;
/** One entry unpacked. A raw record has at most some megabytes. */
export const MAX_ENTRY_BYTES = 64 * 1024 * 1024;
/** All that the platform itself writes into a bundle, unpacked: it is made in memory. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;
const MAX_PATH_CHARS = 200;

/** Plain letters in every segment: nothing that a file system reads in more than one way, and nothing that leaves the folder. */
const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;

export function isBundlePath(path: string): boolean {
  return path.length <= MAX_PATH_CHARS && PATH.test(path);
}

export interface BundleEntry {
  path: string;
  content: Buffer;
}

/** What people handed in stands below it, and nothing else. */
export const ATTACHMENTS_FOLDER = 'files/';
export const isAttachmentPath = (path: string): boolean => path.startsWith(ATTACHMENTS_FOLDER);

interface AttachmentAbout {
  fileId: string;
  bytes: number;
  /** As the history of the clue names it. */
  sha256: string;
}
/** A file that was handed in: contained, to be opened when it is its turn; or named alone. */
export type Attachment = AttachmentAbout & ({ path: string; open: () => Promise<Readable> } | { omitted: Omission });
export type ContainedAttachment = Extract<Attachment, { path: string }>;
export const isContained = (attachment: Attachment): attachment is ContainedAttachment => 'path' in attachment;

/** Who made the bundle, of what, and why. */
const aboutSchema = z.strictObject({
  clueId: z.string(),
  clueNumber: z.string(),
  /** Machine clock. */
  madeAtMs: z.int().nonnegative(),
  madeBy: z.string(),
  madeByName: z.string(),
  reason: z.string(),
  /** Whether personal data stands in it as it is. */
  uncovered: z.boolean(),
});
export type BundleAbout = z.infer<typeof aboutSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const attachmentAbout = { fileId: z.string(), bytes: z.int().positive(), sha256: sha256Schema };
const anyVersion = {
  format: z.literal(BUNDLE_FORMAT),
  about: aboutSchema,
  /** In the order of the archive; attachments last. */
  entries: z
    .array(
      z.strictObject({
        path: z.string().refine(isBundlePath),
        bytes: z.int().nonnegative().max(MAX_ATTACHMENT_BYTES),
        sha256: sha256Schema,
      }),
    )
    .max(MAX_BUNDLE_ENTRIES),
};

/** Dossiers of the first version, which say nothing of attachments, stay verifiable: they are in other hands. */
export const manifestSchema = z.discriminatedUnion('formatVersion', [
  z.strictObject({ ...anyVersion, formatVersion: z.literal(1) }),
  z.strictObject({
    ...anyVersion,
    formatVersion: z.literal(BUNDLE_FORMAT_VERSION),
    /** Everything that was handed in, contained or not. */
    attachments: z.array(
      z.union([
        z.strictObject({ ...attachmentAbout, path: z.string().refine(isAttachmentPath) }),
        z.strictObject({ ...attachmentAbout, omitted: z.enum(OMISSIONS) }),
      ]),
    ),
    /** Why its document stands in it as Word alone, in Chinese; missing: as PDF too. */
    withoutPdf: z.string().optional(),
  }),
]);
export type Manifest = z.infer<typeof manifestSchema>;

/** What a bundle is made of. */
export interface BundleParts {
  entries: readonly BundleEntry[];
  attachments: readonly Attachment[];
  /** Why the document could not be printed; null: it was. */
  withoutPdf: string | null;
}

export function manifestOf(about: BundleAbout, { entries, attachments, withoutPdf }: BundleParts): Manifest {
  return {
    format: BUNDLE_FORMAT,
    formatVersion: BUNDLE_FORMAT_VERSION,
    about,
    entries: [
      ...entries.map(({ path, content }) => ({ path, bytes: content.length, sha256: sha256Of(content) })),
      ...attachments.filter(isContained).map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    ],
    attachments: attachments.map((attachment) => {
      const { fileId, bytes, sha256 } = attachment;
      const about = { fileId, bytes, sha256 };
      return isContained(attachment) ? { ...about, path: attachment.path } : { ...about, omitted: attachment.omitted };
    }),
    ...(withoutPdf !== null && { withoutPdf }),
  };
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As people open it: lines, not one long one. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
