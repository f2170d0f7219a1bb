import { diskStorage } from 'multer';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid, kill, pid } from 'node:process';
import type { Logger } from 'pino';

const PREFIX = 'tianyan-arriving-';
const OF_PROCESS = new RegExp(`^${PREFIX}(\\d+)(?:-|$)`);

/** Where files lie while they arrive, of this process alone. */
export class ArrivingFolder {
  private made: string | null = null;

  constructor(private readonly parent: string) {}

  /** Nobody else may look into it. Made anew where it is gone: what lies in a temporary place for long without being used is removed by the system. */
  path(): string {
    if (this.made === null || !isOwnFolder(this.made)) this.made = mkdtempSync(join(this.parent, `${PREFIX}${pid}-`));
    return this.made;
  }

  /**
   * Removes what processes that were killed have left there, half a photograph or a list of names: nobody else would. What belongs to another account
   * stays, on record.
   */
  removeLeft(logger: Pick<Logger, 'warn'>): void {
    for (const name of readdirSync(this.parent)) {
      const of = Number(OF_PROCESS.exec(name)?.[1] ?? 0);
      const folder = join(this.parent, name);
      // One that bears this process's number is of another before it: in a container all have the same.
      if (of === 0 || folder === this.made || (of !== pid && isAlive(of))) continue;
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch (error) {
        logger.warn({ err: error, folder }, 'a folder of files on their way is left and cannot be removed');
      }
    }
  }
}

export const arrivingFolder = new ArrivingFolder(tmpdir());

/** Files on their way lie in {@link arrivingFolder}. */
export const arrivingStorage = diskStorage({
  destination: (_request, _file, done) => {
    let path: string;
    try {
      path = arrivingFolder.path();
    } catch (error) {
      // It is called by a parser's event: whatever is thrown here would end the process.
      done(error as Error, ''); // what the system says
      return;
    }
    done(null, path);
  },
});

/** Whoever may write into temporary places may take a name that has become free. */
function isOwnFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && (getuid === undefined || found.uid === getuid());
}

function isAlive(other: number): boolean {
  try {
    return kill(other, 0);
  } catch (error) {
    // Somebody else's, which this one may not ask.
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // what the system says
  }
}
