import type { MigrationSet } from '@tianyan/postgres';

/** The tables of teams and of the outbox. */
export const alertMigrations: MigrationSet = { name: 'alerts', directory: new URL('../migrations/', import.meta.url) };
