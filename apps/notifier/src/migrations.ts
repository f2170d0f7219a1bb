import { accessMigrations } from '@tianyan/access';
import { noticeMigrations } from '@tianyan/notices';
import type { MigrationSet } from '@tianyan/postgres';

/**
 * Whose tables the notifier works with. The sources': how they are doing stands there; those of the accounts: who runs the platform.
 * @param sources given by who composes it, as apps do not import each other
 */
export function notifierMigrations(sources: MigrationSet): MigrationSet[] {
  return [sources, noticeMigrations, accessMigrations];
}
