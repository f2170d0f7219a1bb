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
  /** Told of each feed all of whose files have been taken: the folder was there, and none was still being written. */
  onFeedRead: (feed: FileFeedConfig) => Promise<void>;
}

/** Some files of a folder could not be read; the others were. The message is Chinese and names each. */
export class FilesFailedError extends Error {
  constructor(failures: readonly string[]) {
    super(`以下文件无法读取，已移入 failed 文件夹：${failures.join('；')}`);
    this.name = 'FilesFailedError';
  }
}

/**
 * Takes every complete file of the folder, feed by feed in the order of the configuration: rules over the first can then
 * be judged while a large one is still being read. A file that nothing can be made of is set aside and does not stop the
 * others; in the end it throws FilesFailedError.
 */
export async function readFolder(parts: ReadFolderParts, source: FileDropConfig): Promise<RunCounts> {
  const folder = new DropFolder(source.folder, parts.machineClock);
  const total: RunCounts = { accepted: 0, repeated: 0, refused: 0 };
  const failures: string[] = [];
  const listed = await folder.list();
  for (const feed of source.feeds) {
    const files = listed.files.filter((file) => feedOf(source, file) === feed);
    let toTheEnd = listed.isAll;
    for (const file of files) {
      const outcome = await takeFile(parts, folder, source, feed, file, total);
      toTheEnd &&= outcome === 'taken';
      if (typeof outcome === 'object') failures.push(`${file.name}：${outcome.refused}`);
    }
    if (toTheEnd) await parts.onFeedRead(feed);
  }
  if (failures.length > 0) throw new FilesFailedError(failures);
  return total;
}

/** The first feed whose pattern fits; other files are none of ours. */
function feedOf(source: FileDropConfig, file: DroppedFile): FileFeedConfig | undefined {
  return source.feeds.find((candidate) => fitsPattern(file.name, candidate.files));
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
