import type { MigrationSet } from '@tianyan/postgres';

/**
 * The tables of teams and of the outbox. The set keeps the name that it had when alerts were all that was told: under it data
 * folders remember what has run.
 */
export const noticeMigrations: MigrationSet = { name: 'alerts', directory: new URL('../migrations/', import.meta.url) };
