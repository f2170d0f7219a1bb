import { systemClock } from '@tianyan/kernel';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { Logger } from 'pino';
import { JobErrors } from './job-errors.js';

/** Schema of the job tables, and prefix of the keys in Redis: apart from whatever else lives there. */
const JOBS_SCHEMA = 'jobs';
const REDIS_PREFIX = 'tianyan';

/** Connections of one queue or worker: they wait far more than they work. */
const MAX_CONNECTIONS = 2;

/** A Redis that is away is asked again this often at most; jobs wait for it, and so does nothing else. */
const MAX_REDIS_RETRY_MS = 5_000;

/**
 * Scheduled and retried work (polls, sweeps, deliveries) on BullMQ's PostgreSQL backend. The backend is chosen for the
 * whole process, so the modules that use `@nestjs/bullmq` need not know which it is.
 */
export function jobsOnPostgres(databaseUrl: string): DynamicModule {
  setDefaultBackendFactory(createPostgresBackend);
  const connection = { connectionString: databaseUrl, schema: JOBS_SCHEMA, migrate: true, max: MAX_CONNECTIONS };
  return BullModule.forRoot({ connection });
}

/** The same on Redis 6.2 or newer, whose `maxmemory-policy` must be `noeviction`: a schedule thrown out never comes again. */
export function jobsOnRedis(redisUrl: string): DynamicModule {
  setDefaultBackendFactory();
  const retryStrategy = (times: number): number => Math.min(times * 200, MAX_REDIS_RETRY_MS);
  return BullModule.forRoot({ connection: { url: redisUrl, retryStrategy }, prefix: REDIS_PREFIX });
}

@Module({})
class JobsModule {}

/** Redis where it is named, else the tables of PostgreSQL. */
export function jobsOn(input: { redisUrl: string | null; postgresUrl: string; logger: Logger }): DynamicModule {
  const { redisUrl, postgresUrl, logger } = input;
  const useFactory = (discovery: DiscoveryService) => new JobErrors({ discovery, logger, clock: systemClock });
  return {
    module: JobsModule,
    imports: [redisUrl === null ? jobsOnPostgres(postgresUrl) : jobsOnRedis(redisUrl), DiscoveryModule],
    providers: [{ provide: JobErrors, inject: [DiscoveryService], useFactory }],
  };
}
