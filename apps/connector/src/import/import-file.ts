import { compileMapping, type Catalogue, type KeyedDigest } from '@tianyan/contracts';
import { RefusedError, type Clock } from '@tianyan/kernel';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { errorText } from '../error-text.js';
import type { FileIntake, FileProgress, FileSummary } from '../files/file-intake.js';
import { loadMapping } from '../sources/load-sources.js';
import type { SourceStore } from '../store/source-store.js';

export interface ImportParts {
  catalogue: Catalogue;
  digest: KeyedDigest;
  countyClock: Clock;
  sources: SourceStore;
  intake: FileIntake;
}

export interface ImportInput {
  /** Path of the mapping document. */
  mapping: string;
  /** Path of the CSV or XLSX file, `.gz` included. */
  file: string;
  /** Who imports it, for the record. */
  actor: string;
  onProgress?: (progress: FileProgress) => void;
}

/**
 * Takes a file in by a mapping. Source of the records: `import-` and the mapping's name, so that importing the same file
 * again repeats and does not double. Throws RefusedError, FileRefusedError or TooManyRefusedError with a Chinese message.
 */
export async function importFile(parts: ImportParts, input: ImportInput): Promise<FileSummary> {
  if (!existsSync(input.mapping)) throw new RefusedError('not-found', `没有这个映射文件：${input.mapping}`);
  if (!existsSync(input.file)) throw new RefusedError('not-found', `没有这个文件：${input.file}`);
  const document = loadMapping(input.mapping);
  const source = `import-${document.mapping}`;
  await parts.sources.register({ name: source, label: `导入：${document.label}`, kind: 'upload' });
  await parts.sources.runStarted(source);
  const mapper = compileMapping(document, parts.catalogue, { source, digest: parts.digest, clock: parts.countyClock });
  const { file: path, actor, onProgress } = input;
  try {
    const summary = await parts.intake.take({
      source, feed: document.mapping, mapper, path, fileName: basename(path), snapshot: 'none', actor, again: true, ...(onProgress ? { onProgress } : {}),
    });
    await parts.sources.runEnded(source, document.mapping, null);
    return summary;
  } catch (error) {
    await parts.sources.runEnded(source, document.mapping, errorText(error));
    throw error;
  }
}
