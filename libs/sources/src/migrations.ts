import type { MigrationSet } from '@tianyan/postgres';

/**
 * Tables of sources, cursors, quarantine, files, snapshots and announced loads. The name is older than this library: databases
 * remember under it what has run.
 */
export const sourcesMigrations: MigrationSet = { name: 'connector', directory: new URL('../migrations/', import.meta.url) };
