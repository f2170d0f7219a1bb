import type { Mapper } from '@tianyan/contracts';
import { RefusedError, type Clock } from '@tianyan/kernel';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline as pipeStreams } from 'node:stream/promises';
import { TooManyRefusedError, type Pipeline, type PipelineFeed } from '../pipeline/pipeline.js';
import type { AnnouncedLoad } from '../loads/announced-load.js';
import type { RecordOwners } from '../pipeline/record-owners.js';
import type { SnapshotStore } from '../snapshot-diff/snapshot-store.js';
import type { HeldLists } from '../snapshot-diff/held-lists.js';
import { withDeletions, type ListResult } from '../snapshot-diff/with-deletions.js';
import { mappingHash } from '../configured/mappers.js';
import type { FileStore } from '../store/file-store.js';
import type { RunCounts, RunResult } from '../store/source-store.js';
import { fileRemarks, type FileRemark } from './file-remarks.js';
import { filePages, fileRows } from './file-rows.js';
import { FileRefusedError } from './limits.js';
import { unreadNote, type SheetName } from './sheet-choice.js';
import { TableReport } from './table-report.js';

export interface FileProgress extends RunCounts {
  bytesRead: number;
  bytesTotal: number;
}

export interface FileSummary extends RunResult {
  fileName: string;
  sha256: string;
  bytes: number;
  /** The very same bytes had been taken before by the same mapping, and nothing was read again. */
  takenBefore: boolean;
  /** Known rows that this full list lacks, if they are so many that a person has to decide; else 0. */
  held: number;
  /** Sheets of the workbook that have something in them and were not read. */
  unreadSheets: readonly SheetName[];
  /** What to know of the file beside that. */
  remarks: readonly FileRemark[];
}

export interface FileIntakeInput {
  source: string;
  feed: string;
  mapper: Mapper;
  path: string;
  fileName: string;
  /** `full`: the file is the whole list; what it no longer holds is deleted. */
  snapshot: 'none' | 'full';
  /** Who brought it; null for a drop folder. */
  actor: string | null;
  /** Read it even if the same bytes were taken before by the same mapping: the summary then tells how many rows repeat. */
  again: boolean;
  /** The load that its rows belong to. */
  load: AnnouncedLoad;
  /** Brought by a person: rows that are another source's records are set aside. */
  owners?: RecordOwners;
  /** Ends the reading after the page in hand, by RunInterruptedError. */
  signal?: AbortSignal;
  onProgress?: (progress: FileProgress) => void;
}

/** Takes one file through the pipeline; the same for drop folder, upload and import. */
export class FileIntake {
  constructor(
    private readonly parts: {
      pipeline: Pipeline;
      snapshots: SnapshotStore;
      held: HeldLists;
      files: FileStore;
      countyClock: Clock;
      machineClock: Clock;
    },
  ) {}

  /**
   * Publishes the rows of the file. Rows that are known with the same content are not published again.
   * Throws FileRefusedError or TooManyRefusedError (the file is noted as failed), or whatever stopped the stream.
   */
  async take(input: FileIntakeInput): Promise<FileSummary> {
    const format = input.mapper.document.file;
    if (!format) throw new RefusedError('invalid', `映射 ${input.mapper.document.mapping} 没有 file 一节，不能用来读文件。`);
    const file = { fileName: input.fileName, sha256: await sha256Of(input.path), bytes: (await stat(input.path)).size };
    const byMapping = mappingHash(input.mapper.document);
    // A full list may say again what an older one said, after another that said something else.
    const seen = input.again || input.snapshot === 'full' ? null : await this.parts.files.find(input.source, file.sha256);
    if (seen?.state === 'done' && seen.mappingHash === byMapping)
      return {
        ...file,
        accepted: 0,
        repeated: seen.accepted + seen.repeated,
        refused: 0,
        reasons: [],
        notes: [],
        takenBefore: true,
        held: 0,
        unreadSheets: [],
        leftOut: 0,
        remarks: [],
      };
    const progress: FileProgress = { accepted: 0, repeated: 0, refused: 0, bytesRead: 0, bytesTotal: file.bytes };
    const tell = (change: Partial<FileProgress>) => input.onProgress?.(Object.assign(progress, change));
    let unreadSheets: readonly SheetName[] = [];
    const report = new TableReport();
    const rows = fileRows(input.path, format, {
      report,
      onRead: (bytesRead) => tell({ bytesRead }),
      onUnread: (sheets) => (unreadSheets = sheets),
    });
    try {
      const counts = await this.run(input, filePages(rows), tell);
      const remarks = fileRemarks(input.mapper.document, report, counts.leftOut);
      await this.parts.files.finished({
        ...file,
        ...counts,
        source: input.source,
        state: 'done',
        error: counts.held === 0 ? noteOf(unreadSheets, remarks) : `比已知名单少 ${counts.held} 条，等待确认；没有删除任何记录`,
        actor: input.actor,
        mappingHash: byMapping,
      });
      return { ...file, ...counts, takenBefore: false, unreadSheets, remarks };
    } catch (error) {
      if (error instanceof FileRefusedError || error instanceof TooManyRefusedError) {
        const { accepted, repeated, refused } = progress;
        await this.parts.files.finished({
          ...file,
          accepted,
          repeated,
          refused,
          source: input.source,
          state: 'failed',
          error: error.message,
          actor: input.actor,
          mappingHash: byMapping,
        });
      }
      throw error;
    }
  }

  private async run(
    input: FileIntakeInput,
    pages: ReturnType<typeof filePages>,
    report: (counts: RunCounts) => void,
  ): Promise<ListResult> {
    const { source, feed: name, mapper, load, owners, signal } = input;
    const by = `后来读入的文件“${input.fileName}”`;
    const optional = { ...(owners ? { owners } : {}), ...(signal ? { signal } : {}) };
    const feed: PipelineFeed = { source, feed: name, mapper, skipKnown: true, load, by, ...optional };
    if (input.snapshot === 'full') return withDeletions(this.parts, feed, pages, input.fileName);
    return { ...(await this.parts.pipeline.run(feed, pages, report)), held: 0 };
  }
}

/** Null where there is nothing to know of the file. */
function noteOf(unreadSheets: readonly SheetName[], remarks: readonly FileRemark[]): string | null {
  const notes = [unreadNote(unreadSheets), ...remarks.map(({ text }) => text)].filter((text) => text !== null);
  return notes.length === 0 ? null : notes.join('；');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeStreams(createReadStream(path), hash);
  return hash.digest('hex');
}
