import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { findingsMigrations } from '@tianyan/findings';
import { migrate, openPool } from '@tianyan/postgres';
import { embeddedPostgresDirectory, keptSecret, startEmbeddedPostgres } from '@tianyan/runtime';
import { sourcesMigrations } from '@tianyan/sources';
import { ensureReferenceTable, ensureTables, openEmbeddedWarehouse } from '@tianyan/warehouse';
import { join } from 'node:path';
import { pino } from 'pino';
import { PeersPlatform } from './peers-live.js';

/** @param dataDirectory as the product lays it out: one that it has made, or one that is not there yet */
export async function usePlatform<T>(dataDirectory: string, work: (platform: PeersPlatform) => Promise<T>): Promise<T> {
  const logger = pino({ level: 'silent' });
  const password = keptSecret(join(dataDirectory, 'secrets', 'postgres-password'));
  const postgres = await startEmbeddedPostgres({ directory: embeddedPostgresDirectory({ dataDirectory }), password, logger });
  await migrate({ databaseUrl: postgres.url, sets: [sourcesMigrations, findingsMigrations], logger });
  const pool = openPool({ databaseUrl: postgres.url, maxConnections: 10, onIdleCut: () => undefined });
  const warehouse = await openEmbeddedWarehouse({ directory: join(dataDirectory, 'clickhouse') });
  try {
    await ensureTables(warehouse, builtInCatalogue);
    await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
    await warehouse.insertLines(CALENDAR_TABLE, calendarLines(new WorkingCalendar(builtInHolidays()), 1), 'calendar');
    return await work(new PeersPlatform(pool, warehouse));
  } finally {
    await pool.end();
    await warehouse.close();
    await postgres.stop();
  }
}
