import type { MigrationSet } from '@tianyan/postgres';

/** Schema of the clues, for `migrate`; it refers to findings and to accounts. */
export const casesMigrations: MigrationSet = { name: 'cases', directory: new URL('../migrations/', import.meta.url) };
