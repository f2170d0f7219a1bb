import type { Provider } from '@nestjs/common';
import type { Clock } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/postgres';
import { COUNTY_CLOCK, MACHINE_CLOCK, POSTGRES, WAREHOUSE } from '@tianyan/runtime';
import type { WarehouseReader } from '@tianyan/warehouse';
import type pg from 'pg';
import { Pipeline } from '../pipeline/pipeline.js';
import { SnapshotStore } from '../snapshot-diff/snapshot-store.js';
import { Mappers } from '../sources/mappers.js';
import { GroupStore } from './group-store.js';
import { MendJobs, MendProcessor } from './mend-jobs.js';
import { MendRunner } from './mend-runner.js';
import { MendService } from './mend-service.js';
import { MendStore } from './mend-store.js';
import { Mending } from './mending.js';
import type { QuarantineParts } from './quarantine-parts.js';
import { QuarantineService } from './quarantine-service.js';
import { QuarantineStore } from './quarantine-store.js';
import { StoredRecords } from './stored-records.js';

const QUARANTINE_PARTS = Symbol('QUARANTINE_PARTS');

/** Mending of quarantined rows. */
export const quarantineProviders: Provider[] = [
  {
    provide: MendStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new MendStore(pool, clock),
  },
  {
    provide: Mending,
    inject: [Pipeline, Mappers, SnapshotStore, WAREHOUSE, MACHINE_CLOCK, COUNTY_CLOCK],
    useFactory: (
      pipeline: Pipeline,
      mappers: Mappers,
      snapshots: SnapshotStore,
      warehouse: WarehouseReader,
      machineClock: Clock,
      countyClock: Clock,
    ) => new Mending({ pipeline, mappers, snapshots, stored: new StoredRecords(warehouse), machineClock, countyClock }),
  },
  {
    provide: MendRunner,
    inject: [POSTGRES, QuarantineStore, MendStore, Mending],
    useFactory: (pool: pg.Pool, store: QuarantineStore, mends: MendStore, mending: Mending) =>
      new MendRunner({ pool, store, mends, mending, lock: new NamedLock(pool) }),
  },
  MendJobs,
  MendProcessor,
  {
    provide: QUARANTINE_PARTS,
    inject: [POSTGRES, QuarantineStore, MendStore, Mending, MendRunner, MendJobs],
    useFactory: (
      pool: pg.Pool,
      store: QuarantineStore,
      mends: MendStore,
      mending: Mending,
      runner: MendRunner,
      jobs: MendJobs,
    ): QuarantineParts => ({
      pool,
      store,
      groups: new GroupStore(pool),
      mends,
      mending,
      runner,
      start: (mendId) => jobs.add(mendId),
    }),
  },
  {
    provide: QuarantineService,
    inject: [QUARANTINE_PARTS],
    useFactory: (parts: QuarantineParts) => new QuarantineService(parts),
  },
  {
    provide: MendService,
    inject: [QUARANTINE_PARTS],
    useFactory: (parts: QuarantineParts) => new MendService(parts),
  },
];
