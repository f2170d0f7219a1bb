/** The tables of users, sessions, sign-in limits and the audit log (a `MigrationSet`). */
export const accessMigrations = { name: 'access', directory: new URL('../migrations/', import.meta.url) };
