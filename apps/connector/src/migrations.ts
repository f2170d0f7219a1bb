import type { MigrationSet } from '@tianyan/postgres';

/** Tables of sources, cursors, quarantine, files and snapshots. */
export const connectorMigrations: MigrationSet = { name: 'connector', directory: new URL('../migrations/', import.meta.url) };
