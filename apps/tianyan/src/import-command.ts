import { recordTopic, WRITER_GROUP, type Catalogue } from '@tianyan/contracts';
import { RefusedError, timerPause } from '@tianyan/kernel';
import {
  createLogger,
  keepFilesPrivate,
  keptSecret,
  ProcessModule,
  realCountyClock,
  RuntimeModule,
  type RuntimeParts,
  type TianyanConfig,
} from '@tianyan/runtime';
import { createImporter, FileRefusedError, TooManyRefusedError, unreadNote, type FileSummary } from '@tianyan/sources';
import { BULK_PACE, WriterModule, writerTransport } from '@tianyan/writer-app';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SingleBar } from 'cli-progress';
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isDataDirectoryInUse } from './data-directory-in-use.js';
import { openParts } from './open-parts.js';

export interface ImportCommand {
  config: TianyanConfig;
  /** Path of the mapping document. */
  mappingFile: string;
  /** Path of a table in any format that is read, `.gz` included. */
  file: string;
  /** Name of the source that the records belong to; `import-` and the mapping's name without it. */
  source?: string;
  /** Takes one line for the person at the terminal. */
  say: (line: string) => void;
  /** Stops the import: the page in hand is finished, and what was taken is said. */
  signal?: AbortSignal;
  /** Where the bars are drawn; nothing is drawn on what is not a terminal. */
  progress: NodeJS.WritableStream;
}

/** How often the writer is asked whether it has caught up. */
const CATCH_UP_POLL_MS = 100;

/**
 * Takes a file the whole way into the warehouse, in a process of its own. The rules see the rows when the platform
 * starts next: what landed was announced to them. Returns the exit code: 1 if no row of the file is in the platform now.
 * Throws RefusedError with a Chinese message, above all while the platform runs on the same data directory, and when it was
 * stopped.
 */
export async function runImport(command: ImportCommand): Promise<number> {
  const { config } = command;
  assertIsFile(command.mappingFile, '映射文件');
  assertIsFile(command.file, '文件');
  if (await isDataDirectoryInUse(config))
    throw new RefusedError(
      'conflict',
      `数据目录 ${config.dataDirectory} 正在被另一个天眼进程使用，不能同时从命令行导入。是平台在运行的，请在控制台“数据源 → 上传”中上传这个文件和映射，或先停止平台（Ctrl+C）再导入；是另一次导入的，请等它结束。`,
    );
  keepFilesPrivate(config.dataDirectory);
  const logger = createLogger(config);
  const taken: Taken = { accepted: 0, repeated: 0, refused: 0, isRead: false };
  try {
    return await importWith(command, logger, taken);
  } catch (error) {
    if (command.signal?.aborted !== true) throw error;
    // Ctrl-C reaches the embedded database too: whatever failed after it failed because of it.
    logger.info({ err: error }, 'the import was stopped');
    throw new RefusedError('conflict', stoppedText(taken));
  }
}

async function importWith(command: ImportCommand, logger: Logger, taken: Taken): Promise<number> {
  const { config, say } = command;
  const opened = await openParts({ config, logger, countyClock: realCountyClock(config) });
  try {
    // Reading and writing keep different parts busy: what has been read is written while the rest is.
    const writing = await Writing.start(opened.parts);
    try {
      const summary = await writing.orFailure(takeFile(command, opened.parts, taken));
      taken.isRead = true;
      await writing.untilWritten(command);
      for (const line of summaryLines(summary)) say(line);
      return summary.accepted + summary.repeated > 0 ? 0 : 1;
    } finally {
      await writing.stop();
    }
  } finally {
    await opened.close();
  }
}

/** Said before the databases are opened. */
function assertIsFile(path: string, what: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new RefusedError('not-found', `没有这个${what}：${path}`);
  if (!stat.isFile()) throw new RefusedError('invalid', `${path} 不是${what}，请写一个文件的路径`);
}

/** How far an import has come. */
interface Taken {
  accepted: number;
  repeated: number;
  refused: number;
  /** The stream holds the whole file. */
  isRead: boolean;
}

function stoppedText({ accepted, repeated, refused, isRead }: Taken): string {
  const counts = `接受 ${accepted} 条，重复 ${repeated} 条，拒绝 ${refused} 条`;
  return isRead
    ? `已停止。文件已经读完（${counts}），还没有全部写入数据库；启动平台（npm start）或再执行一次这个命令，就接着写入。`
    : `已停止，文件没有读完。已读的部分：${counts}，都保存着；再执行一次这个命令就接着导入，已读的记作重复，不会多出来。`;
}

async function takeFile(command: ImportCommand, parts: RuntimeParts, taken: Taken): Promise<FileSummary> {
  const { config, signal } = command;
  const importer = createImporter({
    ...parts,
    digestKey: config.digestKey ?? keptSecret(join(config.dataDirectory, 'secrets', 'digest-key')),
  });
  const bar = progressBar(
    command,
    '读取文件 [{bar}] {percentage}%  已接受 {accepted} 条，拒绝 {refused} 条  剩余 {eta_formatted}',
  );
  try {
    return await importer.importFile({
      mapping: command.mappingFile,
      file: command.file,
      ...(command.source === undefined ? {} : { source: command.source }),
      actor: `命令行（${userInfo().username}）`,
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ bytesRead, bytesTotal, accepted, repeated, refused }) => {
        Object.assign(taken, { accepted, repeated, refused });
        if (!bar.isActive) bar.start(bytesTotal, 0, { accepted: 0, refused: 0 });
        bar.update(bytesRead, { accepted, refused });
      },
    });
  } catch (error) {
    if (error instanceof FileRefusedError || error instanceof TooManyRefusedError)
      throw new RefusedError('invalid', error.message);
    throw error;
  } finally {
    bar.stop();
  }
}

/** Runs the writer until everything that stands in the stream now is in the warehouse. */
export async function writeToWarehouse(command: Pick<ImportCommand, 'progress' | 'signal'>, parts: RuntimeParts): Promise<void> {
  const writing = await Writing.start(parts);
  try {
    await writing.untilWritten(command);
  } finally {
    await writing.stop();
  }
}

/** A writer at work beside whatever else this process does. */
class Writing {
  private constructor(
    private readonly parts: RuntimeParts,
    private readonly app: INestMicroservice,
    private readonly failure: Promise<never>,
  ) {}

  static async start(parts: RuntimeParts): Promise<Writing> {
    const { stream, catalogue } = parts;
    const failure = Promise.withResolvers<never>();
    // It may fail while nobody waits for it; who waits next hears of it.
    failure.promise.catch(() => {});
    const app = await NestFactory.createMicroservice(ProcessModule.of([RuntimeModule.forRoot(parts), WriterModule]), {
      strategy: writerTransport({ stream, catalogue, pace: BULK_PACE, onFatal: (error) => failure.reject(error) }),
      logger: false,
    });
    await app.listen();
    return new Writing(parts, app, failure.promise);
  }

  /** What the work gives, or why nothing can be written any more. */
  orFailure<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.failure, work]);
  }

  /** Resolves when everything that stands in the stream now is in the warehouse. */
  async untilWritten(command: Pick<ImportCommand, 'progress' | 'signal'>): Promise<void> {
    const target = await writerPositions(this.parts, this.parts.catalogue);
    const bar = progressBar(command, '写入数据库 [{bar}] {percentage}%');
    try {
      await this.orFailure(caughtUp(this.parts, target, bar, command.signal));
    } finally {
      bar.stop();
    }
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    await this.app.close();
  }
}

async function caughtUp(parts: RuntimeParts, target: Positions, bar: SingleBar, signal?: AbortSignal): Promise<void> {
  const total = missing(await writerPositions(parts, parts.catalogue), target);
  bar.start(total, 0);
  for (;;) {
    signal?.throwIfAborted();
    const left = missing(await writerPositions(parts, parts.catalogue), target);
    bar.update(Math.max(0, total - left));
    if (left === 0) return;
    await timerPause(CATCH_UP_POLL_MS);
  }
}

/** By topic and partition. */
type Positions = ReadonlyMap<string, { lagMessages: number; endOffset: number }>;

async function writerPositions({ stream }: RuntimeParts, catalogue: Catalogue): Promise<Positions> {
  const topics = catalogue.all().map(({ type }) => recordTopic(type));
  const lags = await stream.admin().lag(WRITER_GROUP, topics);
  return new Map(
    lags.map(({ topic, partition, lagMessages, endOffset }) => [`${topic}/${partition}`, { lagMessages, endOffset }]),
  );
}

/** Messages before `target` that are not written. What came in afterwards, from other sources, is not waited for. */
function missing(now: Positions, target: Positions): number {
  let messages = 0;
  for (const [key, { endOffset }] of target) {
    const current = now.get(key);
    if (current) messages += Math.max(0, current.lagMessages - (current.endOffset - endOffset));
  }
  return messages;
}

function progressBar({ progress }: Pick<ImportCommand, 'progress'>, format: string): SingleBar {
  return new SingleBar({ stream: progress, format, hideCursor: true, clearOnComplete: false, gracefulExit: false });
}

/** What came of the file, for the person who brought it. */
export function summaryLines(summary: FileSummary): string[] {
  const { accepted, repeated, refused, reasons, notes, fileName, unreadSheets, remarks } = summary;
  const lines = [`${fileName}：接受 ${accepted} 条，重复 ${repeated} 条，拒绝 ${refused} 条。`];
  for (const { reason, count, firstRows } of reasons)
    lines.push(`  拒绝 ${count} 条：${reason}（第 ${firstRows.join('、')} 行数据${count > firstRows.length ? '等' : ''}）`);
  for (const { reason, count, firstRows } of notes)
    lines.push(`  注意 ${count} 条：${reason}（第 ${firstRows.join('、')} 行数据${count > firstRows.length ? '等' : ''}）`);
  const unread = unreadNote(unreadSheets);
  if (unread !== null) lines.push(`  注意：${unread}。`);
  for (const { text, isWarning } of remarks) lines.push(`  ${isWarning ? '注意：' : ''}${text}。`);
  if (refused > 0) lines.push('被拒绝的数据连同原文保存在控制台的“隔离区”页，可以改正后重放。');
  if (accepted + repeated === 0) lines.push('没有接受任何数据。请检查文件和映射是否对应。');
  else if (accepted > 0) lines.push('数据已入库。启动平台（npm start）后自动研判，疑点见控制台的“疑点”页。');
  else lines.push('这些数据以前都导入过，没有变化。');
  return lines;
}
