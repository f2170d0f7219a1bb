export * from './murmur2.js';
export * from './port.js';
export { createPostgresStream, type PostgresStreamInput } from './postgres/postgres-stream.js';
export { DEFAULT_POSTGRES_STREAM_OPTIONS, type PostgresStreamOptions, type StreamEvent } from './postgres/options.js';

/** Schema of the PostgreSQL adapter, for `migrate`. */
export const streamMigrations = { name: 'stream', directory: new URL('../migrations/', import.meta.url) };
