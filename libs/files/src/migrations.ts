import type { MigrationSet } from '@tianyan/postgres';

/** Schema of the files, for `migrate`; it refers to nobody else's. */
export const filesMigrations: MigrationSet = { name: 'files', directory: new URL('../migrations/', import.meta.url) };
