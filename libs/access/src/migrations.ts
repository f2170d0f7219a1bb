import type { MigrationSet } from '@tianyan/postgres';

/** The tables of users, sessions, sign-in limits and the audit log. */
export const accessMigrations: MigrationSet = { name: 'access', directory: new URL('../migrations/', import.meta.url) };
