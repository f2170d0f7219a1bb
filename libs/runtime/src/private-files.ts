import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { types } from 'node:util';

/** What this process makes from now on, only its own account may read: 0600 files in 0700 folders. */
const OWNER_ONLY_UMASK = 0o077;
const OWNER_ONLY = 0o700;
/** As {@link OWNER_ONLY}, but others may pass through: run by root, the embedded PostgreSQL is another account. */
const OWNER_AND_PASSAGE = 0o711;

/** Its files are the other account's, and as closed as PostgreSQL wants them. */
const FOLDER_OF_POSTGRES = 'postgres';

/**
 * Records are personal data, so nobody else on the machine may read them, the log or the passwords. Closes what an earlier
 * version left open, too. Throws what the file system says; a folder that belongs to another account (a container's
 * volume) is left as its owner made it.
 */
export function keepFilesPrivate(dataDirectory: string): void {
  process.umask(OWNER_ONLY_UMASK);
  const firstMade = mkdirSync(dataDirectory, { recursive: true });
  const mode = process.getuid?.() === 0 ? OWNER_AND_PASSAGE : OWNER_ONLY;
  // Folders on the way that were made with it are passed through by the same accounts.
  for (let folder = resolve(dataDirectory); ; folder = dirname(folder)) {
    close(folder, mode);
    if (firstMade === undefined || folder === resolve(firstMade) || folder === dirname(folder)) break;
  }
  for (const entry of readdirSync(dataDirectory, { withFileTypes: true })) {
    if (entry.name === FOLDER_OF_POSTGRES || entry.isSymbolicLink()) continue;
    close(join(dataDirectory, entry.name), entry.isDirectory() ? OWNER_ONLY : OWNER_ONLY & 0o666);
  }
}

function close(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!types.isNativeError(error) || !('code' in error) || error.code !== 'EPERM') throw error;
  }
}
