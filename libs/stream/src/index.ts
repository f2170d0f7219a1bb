import type { MigrationSet } from '@tianyan/postgres';

export type { StreamEvent } from './events.js';
export type { KafkaConnection, KafkaSasl } from './kafka/client.js';
export { createKafkaStream, type KafkaStreamInput } from './kafka/kafka-stream.js';
export { DEFAULT_KAFKA_STREAM_OPTIONS, type KafkaCompression, type KafkaStreamOptions } from './kafka/options.js';
export * from './murmur2.js';
export * from './port.js';
export { createPostgresStream, type PostgresStreamInput } from './postgres/postgres-stream.js';
export { DEFAULT_POSTGRES_STREAM_OPTIONS, type PostgresStreamOptions } from './postgres/options.js';

/** Schema of the PostgreSQL adapter, for `migrate`. */
export const streamMigrations: MigrationSet = { name: 'stream', directory: new URL('../migrations/', import.meta.url) };
