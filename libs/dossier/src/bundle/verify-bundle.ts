import { BundleFault, readBundle, type FoundEntry } from './bundle-reader.js';
import {
  BUNDLE_FORMAT_VERSION,
  isAttachmentPath,
  MANIFEST_PATH,
  manifestSchema,
  SEAL_PATH,
  type BundleAbout,
  type Manifest,
} from './manifest.js';
import { checkSeal, parseJson } from './seal.js';
import { stepFault, STEPS_PATH } from './step-order.js';

export type BundleVerdict =
  | {
      intact: true;
      about: BundleAbout;
      entries: number;
      fingerprint: string;
      /** Files that were handed in, by whether their content is there too. */
      attachments: { contained: number; named: number };
      /** Why its document stands in it as Word alone; null: it does not. */
      withoutPdf: string | null;
    }
  /** The first thing that is not as it was sealed, in Chinese. */
  | { intact: false; fault: string };

/**
 * Whether a dossier is as it was sealed. Says nothing of who sealed it, unless the fingerprint is known: whoever changes a dossier can seal
 * it anew with a key of their own.
 * @param expected fingerprint of the key that must have sealed it; null: any
 */
export async function verifyBundle(file: string, expected: string | null = null): Promise<BundleVerdict> {
  try {
    return judge(await readBundle(file), expected);
  } catch (error) {
    if (error instanceof BundleFault) return { intact: false, fault: error.message };
    throw error;
  }
}

function judge(entries: readonly FoundEntry[], expected: string | null): BundleVerdict {
  const broken = (fault: string): BundleVerdict => ({ intact: false, fault });
  const [manifestEntry, sealEntry, ...others] = entries;
  if (manifestEntry?.path !== MANIFEST_PATH) return broken(`缺少目录 ${MANIFEST_PATH}，或它不在第一位。`);
  if (sealEntry?.path !== SEAL_PATH) return broken(`缺少封条 ${SEAL_PATH}，或它不在第二位。`);
  const seal = checkSeal(contentOf(sealEntry), contentOf(manifestEntry));
  if (!seal.holds)
    return broken(seal.broken === 'seal' ? `封条 ${SEAL_PATH} 被改动。` : `目录 ${MANIFEST_PATH} 被改动，或封条不是它的。`);
  if (expected !== null && seal.fingerprint !== expected)
    return broken(`封条不是用所给的公钥封的：卷宗的公钥指纹是 ${seal.fingerprint}，所给的是 ${expected}。`);
  const manifest = manifestSchema.safeParse(parseJson(contentOf(manifestEntry)));
  if (!manifest.success)
    return broken(`目录 ${MANIFEST_PATH} 不是第 ${BUNDLE_FORMAT_VERSION} 版卷宗的目录，请用较新的平台核验。`);
  const steps = others.find(({ path }) => path === STEPS_PATH)?.content ?? null;
  const fault = differenceOf(manifest.data, others) ?? listFault(manifest.data) ?? stepFault(steps, manifest.data);
  if (fault !== null) return broken(fault);
  return {
    intact: true,
    about: manifest.data.about,
    entries: others.length,
    fingerprint: seal.fingerprint,
    attachments: countsOf(manifest.data),
    withoutPdf: manifest.data.formatVersion === 1 ? null : (manifest.data.withoutPdf ?? null),
  };
}

/** Kept of the entries that are judged by it. */
const contentOf = ({ content }: FoundEntry): Buffer => content ?? Buffer.alloc(0);

function countsOf(manifest: Manifest): { contained: number; named: number } {
  const attachments = manifest.formatVersion === 1 ? [] : manifest.attachments;
  const contained = attachments.filter((attachment) => 'path' in attachment).length;
  return { contained, named: attachments.length - contained };
}

/** What the manifest says of attachments has to be what it says of entries. */
function listFault(manifest: Manifest): string | null {
  if (manifest.formatVersion === 1) return null;
  const entries = manifest.entries.filter(({ path }) => isAttachmentPath(path));
  const contained = manifest.attachments.filter((attachment) => 'path' in attachment);
  const isSame =
    entries.length === contained.length &&
    entries.every(({ path, sha256 }, index) => contained[index]?.path === path && contained[index].sha256 === sha256);
  return isSame ? null : `目录 ${MANIFEST_PATH} 里附件的清单与文件的清单不一致，不是平台的卷宗。`;
}

/** The first entry, in the order of the manifest, that is missing, altered, or stands elsewhere; then those that were added. */
function differenceOf({ entries: sealed }: Manifest, found: readonly FoundEntry[]): string | null {
  const byPath = new Map(found.map((entry) => [entry.path, entry]));
  for (const { path, bytes, sha256 } of sealed) {
    const entry = byPath.get(path);
    if (!entry) return `缺少 ${path}。`;
    if (entry.bytes !== bytes || entry.sha256 !== sha256) return `${path} 被改动。`;
  }
  const listed = new Set(sealed.map(({ path }) => path));
  const added = found.find(({ path }) => !listed.has(path));
  if (added) return `多出 ${added.path}，目录里没有它。`;
  const moved = found.find(({ path }, index) => sealed[index]?.path !== path);
  return moved ? `${moved.path} 的次序被改动。` : null;
}
