import type { MigrationSet } from '@tianyan/postgres';

/** Schema of letters and rectifications, for `migrate`; it refers to findings, clues and accounts. */
export const supervisionMigrations: MigrationSet = {
  name: 'supervision',
  directory: new URL('../migrations/', import.meta.url),
};
