import type { Mapper } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type { FileIntake, FileSummary } from '../files/file-intake.js';
import { FileRefusedError } from '../files/limits.js';
import type { SheetName } from '../files/sheet-choice.js';
import type { AnnouncedLoad } from '../loads/announced-load.js';
import { TooManyRefusedError } from '../pipeline/pipeline.js';
import type { FileDropConfig, FileFeedConfig } from '../configured/source-config.js';
import type { HeldList, HeldLists } from '../snapshot-diff/held-lists.js';
import type { FileStore } from '../store/file-store.js';
import type { RunCounts } from '../store/source-store.js';
import { DropFolder, fitsPattern, type DroppedFile } from './drop-folder.js';

export interface ReadFolderParts {
  intake: FileIntake;
  held: HeldLists;
  files: FileStore;
  machineClock: Clock;
  /** All files that lie there together: the contracts in one, their rents in another. */
  load: AnnouncedLoad;
  mapper: (feed: FileFeedConfig) => Mapper;
  /** Told of each workbook that has more sheets than are read. */
  onUnread: (fileName: string, sheets: readonly SheetName[]) => void;
  /** Told what to look at in a feed, or in the folder, although nothing failed; null when there is nothing any more. */
  onNote: (about: string, note: string | null) => Promise<void>;
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
 * be judged while a large one is still being read. Each file is judged by itself: one that nothing can be made of is set
 * aside, one that waits for a person stays where it is, and neither stops the others. In the end it throws FilesFailedError.
 */
export async function readFolder(parts: ReadFolderParts, source: FileDropConfig): Promise<RunCounts> {
  const folder = new DropFolder(source.folder, parts.machineClock);
  const total: RunCounts = { accepted: 0, repeated: 0, refused: 0 };
  const failures: string[] = [];
  const listed = await folder.list();
  await parts.onNote(FOLDER, strangersNote(listed.files.filter((file) => feedOf(source, file) === undefined)));
  for (const feed of source.feeds) {
    const files = listed.files.filter((file) => feedOf(source, file) === feed);
    const reading = { parts, folder, source, feed, total };
    let toTheEnd = listed.isAll;
    let waiting: DroppedFile | null = null;
    for (const file of files) {
      const outcome = await judgeFile(reading, file);
      toTheEnd &&= outcome === 'taken';
      if (typeof outcome === 'object') failures.push(`${file.name}：${outcome.refused}`);
      // A newer list of the feed takes the place of the one that waits: that one says nothing any more.
      if (waiting !== null && (outcome === 'taken' || outcome === 'waiting')) await folder.moveTo('done', waiting);
      if (outcome === 'waiting') waiting = file;
      else if (outcome === 'taken') waiting = null;
    }
    if (listed.isAll) await forgetTakenAway(reading, files);
    if (toTheEnd) await parts.onFeedRead(feed);
  }
  if (failures.length > 0) throw new FilesFailedError(failures);
  return total;
}

/** Somebody has taken the file that waited out of the folder: nobody can decide about it any more. */
async function forgetTakenAway({ parts, source, feed }: Reading, files: readonly DroppedFile[]): Promise<void> {
  if (feed.snapshot !== 'full') return;
  const name = { source: source.source, feed: feed.feed };
  const held = await parts.held.find(name);
  if (held !== null && files.every((file) => file.name !== held.fileName)) await parts.held.clear(name);
}

/** What a source says of its folder stands beside what it says of its feeds. */
export const FOLDER = 'folder';
/** Files named in a note; the folder may be somebody's desk. */
const MAX_NAMED_FILES = 5;

function strangersNote(files: readonly DroppedFile[]): string | null {
  if (files.length === 0) return null;
  const names = files.slice(0, MAX_NAMED_FILES).map(({ name }) => `“${name}”`);
  const more = files.length > names.length ? '等' : '';
  return `有 ${files.length} 个文件与各项的 files 都不符，没有读：${names.join('、')}${more}。请改文件名，或改正数据源文件中的 files；不要的请移走`;
}

/** The first feed whose pattern fits; other files are none of ours. */
function feedOf(source: FileDropConfig, file: DroppedFile): FileFeedConfig | undefined {
  return source.feeds.find((candidate) => fitsPattern(file.name, candidate.files));
}

/** One feed's part of a poll. */
interface Reading {
  parts: ReadFolderParts;
  folder: DropFolder;
  source: FileDropConfig;
  feed: FileFeedConfig;
  total: RunCounts;
}

/**
 * `waiting`: a full list that lacks so many rows that a person has to decide. `set-aside`: a person found it incomplete.
 * `still-written`: somebody wrote to the file while it was read, so it is read again at the next poll.
 */
type Outcome = 'taken' | 'waiting' | 'set-aside' | 'still-written' | { refused: string };

async function judgeFile(reading: Reading, file: DroppedFile): Promise<Outcome> {
  const { parts, source, feed } = reading;
  const held = feed.snapshot === 'full' ? await parts.held.find({ source: source.source, feed: feed.feed }) : null;
  const isThisFile = held !== null && held.fileName === file.name && file.modifiedAtMs <= held.heldAtMs;
  if (!isThisFile || held.decision === 'delete') return takeFile(reading, file);
  return held.decision === 'discard' ? setAside(reading, file, held) : 'waiting';
}

/** The last file of a feed says what is so now. */
function warningsOf({ name }: DroppedFile, { remarks }: FileSummary): string | null {
  const warnings = remarks.filter(({ isWarning }) => isWarning).map(({ text }) => text);
  return warnings.length === 0 ? null : `${name}：${warnings.join('；')}`;
}

async function setAside({ parts, folder, source, feed }: Reading, file: DroppedFile, held: HeldList): Promise<Outcome> {
  await parts.files.amend(source.source, file.name, `${held.decidedBy ?? ''} 认定不是完整名单，没有删除任何记录`);
  await folder.moveTo('failed', file);
  await parts.held.clear({ source: source.source, feed: feed.feed });
  return 'set-aside';
}

async function takeFile({ parts, folder, source, feed, total }: Reading, file: DroppedFile): Promise<Outcome> {
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
      load: parts.load,
    });
    total.accepted += summary.accepted;
    total.repeated += summary.repeated;
    total.refused += summary.refused;
    if (summary.unreadSheets.length > 0) parts.onUnread(file.name, summary.unreadSheets);
    if (!summary.takenBefore) await parts.onNote(feed.feed, warningsOf(file, summary));
    if (await folder.hasChanged(file)) return 'still-written';
    if (summary.held > 0) return 'waiting';
    await folder.moveTo('done', file);
    return 'taken';
  } catch (error) {
    if (!(error instanceof FileRefusedError || error instanceof TooManyRefusedError)) throw error;
    if (await folder.hasChanged(file)) return 'still-written';
    await folder.moveTo('failed', file);
    return { refused: error.message };
  }
}
