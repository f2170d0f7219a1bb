import { seededRng, systemClock, uuidSource } from '@tianyan/kernel';
import { migrate } from '@tianyan/postgres';
import { startEmbeddedPostgres } from '@tianyan/runtime';
import { createPostgresStream, streamMigrations } from '@tianyan/stream';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { newDataDirectory } from '../product/product.js';
import { measureStream, type StreamBenchResult } from './stream-measure.js';

/** Producing and consuming alone; the database must have the stream's schema. */
export function benchPostgresStream(input: {
  databaseUrl: string;
  messages: number;
  batchMessages: number;
}): Promise<StreamBenchResult> {
  const stream = createPostgresStream({
    databaseUrl: input.databaseUrl,
    clock: systemClock,
    rng: seededRng(1),
    ids: uuidSource,
    onEvent: () => {},
  });
  return measureStream(stream, input);
}

/** The same on a PostgreSQL of its own. */
export async function benchStreamOnOwnServer(input: { messages: number; batchMessages: number }): Promise<StreamBenchResult> {
  const directory = newDataDirectory('bench');
  const logger = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), password: 'bench', logger });
  try {
    await migrate({ databaseUrl: postgres.url, sets: [streamMigrations], logger });
    return await benchPostgresStream({ databaseUrl: postgres.url, ...input });
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
