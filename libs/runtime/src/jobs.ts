import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';

/** Schema of the job tables, apart from the platform's own. */
const JOBS_SCHEMA = 'jobs';

/** Connections of one queue or worker: they wait far more than they work. */
const MAX_CONNECTIONS = 2;

/**
 * Scheduled and retried work (polls, sweeps, deliveries) on BullMQ's PostgreSQL backend. The backend is chosen for the
 * whole process, so the modules that use `@nestjs/bullmq` need not know which it is.
 */
export function jobsOnPostgres(databaseUrl: string): DynamicModule {
  setDefaultBackendFactory(createPostgresBackend);
  const connection = { connectionString: databaseUrl, schema: JOBS_SCHEMA, migrate: true, max: MAX_CONNECTIONS };
  return BullModule.forRoot({ connection });
}
