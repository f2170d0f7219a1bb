import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationSet } from '../migrate.js';

/** The migrations of a library as they were before this one came: for a database of an installation of before. */
export async function migrationsBefore(
  { name, directory }: MigrationSet,
  first: string,
): Promise<{ set: MigrationSet; remove(): Promise<void> }> {
  const before = await mkdtemp(join(tmpdir(), `tianyan-${name}-`));
  for (const file of await readdir(directory)) if (file < first) await cp(new URL(file, directory), join(before, file));
  return { set: { name, directory: pathToFileURL(`${before}/`) }, remove: () => rm(before, { recursive: true }) };
}
