/** The tables of teams and of the outbox (a `MigrationSet`). */
export const alertMigrations = { name: 'alerts', directory: new URL('../migrations/', import.meta.url) };
