import type { Mapper } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type { FileIntake } from '../files/file-intake.js';
import { FileRefusedError } from '../files/limits.js';
import { TooManyRefusedError } from '../pipeline/pipeline.js';
import type { FileDropConfig, FileFeedConfig } from '../sources/source-config.js';
import type { RunCounts } from '../store/source-store.js';
import { DropFolder, fitsPattern, type DroppedFile } from './drop-folder.js';

export interface ReadFolderParts {
  intake: FileIntake;
  machineClock: Clock;
  mapper: (feed: FileFeedConfig) => Mapper;
}

/** Some files of a folder could not be read; the others were. The message is Chinese and names each. */
export class FilesFailedError extends Error {
  constructor(failures: readonly string[]) {
    super(`以下文件无法读取，已移入 failed 文件夹：${failures.join('；')}`);
    this.name = 'FilesFailedError';
  }
}

export interface FolderRun {
  counts: RunCounts;
  /** The folder was there, and every file of it has been taken: none is still being written. */
  toTheEnd: boolean;
}

/**
 * Takes every complete file of the folder. A file that nothing can be made of is set aside and does not stop the others;
 * in the end it throws FilesFailedError.
 */
export async function readFolder(parts: ReadFolderParts, source: FileDropConfig): Promise<FolderRun> {
  const folder = new DropFolder(source.folder, parts.machineClock);
  const total: RunCounts = { accepted: 0, repeated: 0, refused: 0 };
  const failures: string[] = [];
  const listed = await folder.list();
  let toTheEnd = listed.isAll;
  for (const file of listed.files) {
    const feed = source.feeds.find((candidate) => fitsPattern(file.name, candidate.files));
    if (!feed) continue;
    const outcome = await takeFile(parts, folder, source, feed, file, total);
    if (outcome === 'still-written') toTheEnd = false;
    else if (outcome !== 'taken') failures.push(`${file.name}：${outcome.refused}`);
  }
  if (failures.length > 0) throw new FilesFailedError(failures);
  return { counts: total, toTheEnd };
}

/** `still-written`: somebody wrote to the file while it was read, so it is read again at the next poll. */
type Outcome = 'taken' | 'still-written' | { refused: string };

async function takeFile(
  parts: ReadFolderParts,
  folder: DropFolder,
  source: FileDropConfig,
  feed: FileFeedConfig,
  file: DroppedFile,
  total: RunCounts,
): Promise<Outcome> {
  try {
    const summary = await parts.intake.take({
      source: source.source,
      feed: feed.feed,
      mapper: parts.mapper(feed),
      path: file.path,
      fileName: file.name,
      snapshot: feed.snapshot,
      actor: null,
      again: false,
    });
    total.accepted += summary.accepted;
    total.repeated += summary.repeated;
    total.refused += summary.refused;
    if (await folder.hasChanged(file)) return 'still-written';
    await folder.moveTo('done', file);
    return 'taken';
  } catch (error) {
    if (!(error instanceof FileRefusedError || error instanceof TooManyRefusedError)) throw error;
    if (await folder.hasChanged(file)) return 'still-written';
    await folder.moveTo('failed', file);
    return { refused: error.message };
  }
}
