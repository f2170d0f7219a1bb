import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { FileRefusedError, LOCKED, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS } from './limits.js';
import { FORMATS_BY_ID } from './number-format.js';
import type { RowsAnswer, RowsRequest, SpreadsheetOutline, SpreadsheetTask } from './spreadsheet-worker.js';

/**
 * Memory of the thread beside the file's own bytes. The largest file that is taken needs half of it; one that unfolds to more
 * ends the thread and not the process.
 */
export const MAX_THREAD_HEAP_MB = 768;
/**
 * Time for one answer of the thread. The largest file that is taken needs a fifth of it on a busy machine; web pages with tens of
 * thousands of merged cells, which the library compares with every cell, need more.
 */
export const MAX_ANSWER_MS = 60_000;

/** The thread runs from the source in the tests, and from the build otherwise. */
const MAIN = new URL(`./spreadsheet-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/**
 * A workbook that only a library can read, and only whole: it is done in a thread, so that the console and the other sources
 * do not stand still meanwhile. To be closed.
 */
export class SpreadsheetThread {
  private readonly worker: Worker;

  constructor(content: Uint8Array | string) {
    const task: SpreadsheetTask = { content, formats: FORMATS_BY_ID, maxRows: MAX_SHEET_ROWS, maxColumns: MAX_SHEET_COLUMNS };
    this.worker = new Worker(MAIN, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: MAX_THREAD_HEAP_MB } });
    // Heard by whoever waits for an answer. When nobody does it would end the process.
    this.worker.on('error', () => undefined);
  }

  /** The first answer. Throws FileRefusedError. */
  async outline(): Promise<SpreadsheetOutline> {
    return (await this.answer()) as SpreadsheetOutline; // what the thread says first
  }

  /** Throws FileRefusedError. */
  async rows(request: RowsRequest): Promise<RowsAnswer> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.worker.postMessage(request);
    return (await this.answer()) as RowsAnswer; // what it says to a request
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async answer(): Promise<unknown> {
    try {
      const [message] = (await once(this.worker, 'message', { signal: AbortSignal.timeout(MAX_ANSWER_MS) })) as [unknown];
      return message;
    } catch (cause) {
      throw new FileRefusedError(reasonOf(cause), { cause });
    }
  }
}

const SAVE_AS = '请用表格软件打开后另存为 .xlsx，再试一次。';

function reasonOf(cause: unknown): string {
  // Looked at by its members: the error was made in another thread, and is none of this one's classes.
  const { name, message, code } = z.object({ name: z.string(), message: z.string(), code: z.unknown() }).partial().parse(cause);
  if (name === 'AbortError') return `文件内容过多，${MAX_ANSWER_MS / 1000} 秒没有读完，已放弃。${SAVE_AS}`;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `文件展开后内容过多，已放弃。${SAVE_AS}`;
  if (message === OVERSIZED) return `工作表超过 ${MAX_SHEET_COLUMNS} 列或 ${MAX_SHEET_ROWS} 行。${SAVE_AS}`;
  if (/password|encrypt/i.test(message ?? '')) return LOCKED;
  return `文件内容无法读取，可能已损坏。${SAVE_AS}`;
}

/** What the thread says of a sheet that claims to be larger than any can be. */
const OVERSIZED = 'larger than a sheet can be';
