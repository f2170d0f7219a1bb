import { SECOND_MS, type Clock } from '@tianyan/kernel';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface DroppedFile {
  path: string;
  name: string;
  bytes: number;
  modifiedAtMs: number;
}

/** A file that was written to so recently may still be growing. */
const SETTLED_AFTER_MS = 2 * SECOND_MS;
/** Files that are being written, or that office programs leave behind. */
const UNFINISHED = /(^[.~])|(\.(part|tmp|crdownload|filepart)$)/i;

/** A folder into which another system drops files. What was read is moved to `done` or `failed` below it. */
export class DropFolder {
  constructor(
    private readonly folder: string,
    private readonly machineClock: Clock,
  ) {}

  /** Files that are complete, by name. A folder that is not there yet is empty. */
  async files(): Promise<DroppedFile[]> {
    if (!existsSync(this.folder)) return [];
    const entries = await readdir(this.folder, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name))
      .map((entry) => entry.name)
      .sort();
    const files: DroppedFile[] = [];
    for (const name of names) {
      const path = join(this.folder, name);
      const { size, mtimeMs } = await stat(path);
      if (this.machineClock.nowMs() - mtimeMs >= SETTLED_AFTER_MS) files.push({ path, name, bytes: size, modifiedAtMs: mtimeMs });
    }
    return files;
  }

  /** Whether somebody has written to the file since it was listed: then what was read of it was only a part. */
  async hasChanged(file: DroppedFile): Promise<boolean> {
    const { size, mtimeMs } = await stat(file.path);
    return size !== file.bytes || mtimeMs !== file.modifiedAtMs;
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

/** Whether a file name fits a pattern in which `*` stands for any characters. */
export function fitsPattern(name: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${expression}$`).test(name);
}
