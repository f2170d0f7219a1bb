import { HOUR_MS, RefusedError, SECOND_MS, type Clock } from '@tianyan/kernel';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { existsSync, type Dirent, type Stats } from 'node:fs';
import { extname, join } from 'node:path';

export interface DroppedFile {
  path: string;
  name: string;
  bytes: number;
  modifiedAtMs: number;
}

/** A file that was written to so recently may still be growing. */
const SETTLED_AFTER_MS = 2 * SECOND_MS;
/** Files that office programs and systems leave behind. */
const LEFT_BEHIND = /^[.~]/;
/** Files that are being written. */
const UNFINISHED = /\.(part|tmp|crdownload|filepart)$/i;
/** Exports are numbered or dated: the last one says what is so now. */
const BY_NAME = new Intl.Collator('zh', { numeric: true });
/** A transfer that has not moved for so long was broken off: nothing waits for it any more. */
const ABANDONED_AFTER_MS = HOUR_MS;

/** By the code of the system's error. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: '不存在。请建立这个文件夹，或改正数据源文件中的 folder',
  ENOTDIR: '不是文件夹。请改正数据源文件中的 folder',
  EACCES: '不允许平台读取。请给运行平台的账户读写这个文件夹的权限',
};

/** A folder into which another system drops files. What was read is moved to `done` or `failed` below it. */
export class DropFolder {
  constructor(
    private readonly folder: string,
    private readonly machineClock: Clock,
  ) {}

  /**
   * Files that are complete, by name (`_9` before `_10`), and whether that is all there is: false while some are still being
   * written. Throws RefusedError for a folder that is not there or cannot be read: taken for an empty one it would look
   * healthy for ever.
   */
  async list(): Promise<{ files: DroppedFile[]; isAll: boolean }> {
    const entries = await this.entries();
    const names = entries
      .filter((entry) => entry.isFile() && !LEFT_BEHIND.test(entry.name))
      .map((entry) => entry.name)
      .toSorted(BY_NAME.compare);
    const files: DroppedFile[] = [];
    let isAll = true;
    for (const name of names) {
      const path = join(this.folder, name);
      const found = await statIfThere(path);
      const ageMs = found ? this.machineClock.nowMs() - found.mtimeMs : 0;
      if (UNFINISHED.test(name)) isAll &&= ageMs >= ABANDONED_AFTER_MS;
      else if (found && ageMs >= SETTLED_AFTER_MS) files.push({ path, name, bytes: found.size, modifiedAtMs: found.mtimeMs });
      else isAll = false;
    }
    return { files, isAll };
  }

  private async entries(): Promise<Dirent[]> {
    try {
      return await readdir(this.folder, { withFileTypes: true });
    } catch (error) {
      const reason = UNREADABLE[codeOf(error)];
      if (reason === undefined) throw error;
      throw new RefusedError('not-found', `文件夹 ${this.folder} ${reason}。改好后自动开始读取`);
    }
  }

  /** Whether somebody has written to the file since it was listed: then what was read of it was only a part. */
  async hasChanged(file: DroppedFile): Promise<boolean> {
    const now = await statIfThere(file.path);
    return now === null || now.size !== file.bytes || now.mtimeMs !== file.modifiedAtMs;
  }

  /** Moves the file away under its name; under a numbered one where that is taken. */
  async moveTo(outcome: 'done' | 'failed', file: DroppedFile): Promise<void> {
    const folder = join(this.folder, outcome);
    await mkdir(folder, { recursive: true });
    const extension = extname(file.name);
    const stem = file.name.slice(0, file.name.length - extension.length);
    let target = join(folder, file.name);
    for (let count = 2; existsSync(target); count++) target = join(folder, `${stem}（${count}）${extension}`);
    await rename(file.path, target);
  }
}

/** Null for a file that was renamed or taken away meanwhile. */
async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Whether a file name fits a pattern in which `*` stands for any characters. */
export function fitsPattern(name: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${expression}$`).test(name);
}
