import type { Provider } from '@nestjs/common';
import type { Catalogue, KeyedDigest } from '@tianyan/contracts';
import { LoadRegister } from '@tianyan/findings';
import { timerPause, type Clock, type IdSource, type Rng } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/postgres';
import {
  CATALOGUE,
  CONFIG,
  COUNTY_CLOCK,
  IDS,
  LOGGER,
  MACHINE_CLOCK,
  outboundHosts,
  POSTGRES,
  RNG,
  STREAM,
  type TianyanConfig,
  WAREHOUSE,
} from '@tianyan/runtime';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Stream } from '@tianyan/stream';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Connector } from './connector.js';
import { FileIntake } from './files/file-intake.js';
import { Importer } from './import/import-file.js';
import { Pipeline } from './pipeline/pipeline.js';
import { quarantineProviders } from './quarantine/providers.js';
import { StoredRecords } from './quarantine/stored-records.js';
import { QuarantineStore } from './quarantine/quarantine-store.js';
import { HeldLists } from './snapshot-diff/held-lists.js';
import { SnapshotStore } from './snapshot-diff/snapshot-store.js';
import type { LoadedSource } from './sources/load-sources.js';
import { Mappers } from './sources/mappers.js';
import { FileStore } from './store/file-store.js';
import { FirstLoads } from './store/first-loads.js';
import { MappingStore } from './store/mapping-store.js';
import { SourceStore } from './store/source-store.js';
import { CONNECTOR_DIGEST, CONNECTOR_SECRETS, CONNECTOR_SOURCES } from './tokens.js';
import { UploadService } from './upload/upload-service.js';
import { PushReceiver } from './webhook/push-receiver.js';
import { PushReplays } from './webhook/push-replays.js';

type Secrets = Readonly<Record<string, string>>;

const stores: Provider[] = [
  {
    provide: SourceStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new SourceStore(pool, clock),
  },
  {
    provide: QuarantineStore,
    inject: [POSTGRES, MACHINE_CLOCK, COUNTY_CLOCK],
    useFactory: (pool: pg.Pool, machineClock: Clock, countyClock: Clock) =>
      new QuarantineStore(pool, { machineClock, countyClock }),
  },
  {
    provide: FileStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new FileStore(pool, clock),
  },
  {
    provide: MappingStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new MappingStore(pool, clock),
  },
  {
    provide: LoadRegister,
    inject: [POSTGRES, IDS],
    useFactory: (pool: pg.Pool, ids: IdSource) => new LoadRegister(pool, ids),
  },
  {
    provide: StoredRecords,
    inject: [WAREHOUSE],
    useFactory: (warehouse: WarehouseReader) => new StoredRecords(warehouse),
  },
  {
    provide: SnapshotStore,
    inject: [POSTGRES, StoredRecords],
    useFactory: (pool: pg.Pool, stored: StoredRecords) => new SnapshotStore(pool, stored),
  },
  {
    provide: HeldLists,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new HeldLists(pool, clock),
  },
];

const pipeline: Provider[] = [
  {
    provide: Pipeline,
    inject: [STREAM, SourceStore, QuarantineStore, SnapshotStore, IDS, LOGGER],
    useFactory: (
      stream: Stream,
      sources: SourceStore,
      quarantine: QuarantineStore,
      snapshots: SnapshotStore,
      ids: IdSource,
      logger: Logger,
    ) =>
      new Pipeline(stream.producer(), sources, quarantine, snapshots, {
        nextTrace: () => ids.next().replaceAll('-', ''),
        published: (page) => logger.info(page, 'page published'),
      }),
  },
  {
    provide: Mappers,
    inject: [CATALOGUE, CONNECTOR_DIGEST, COUNTY_CLOCK, MappingStore, CONNECTOR_SOURCES],
    useFactory: (
      catalogue: Catalogue,
      digest: KeyedDigest,
      countyClock: Clock,
      mappings: MappingStore,
      configured: readonly LoadedSource[],
    ) => new Mappers({ catalogue, digest, countyClock, mappings }, configured),
  },
  {
    provide: FileIntake,
    inject: [Pipeline, SnapshotStore, HeldLists, FileStore, COUNTY_CLOCK, MACHINE_CLOCK],
    useFactory: (
      parts: Pipeline,
      snapshots: SnapshotStore,
      held: HeldLists,
      files: FileStore,
      countyClock: Clock,
      machineClock: Clock,
    ) => new FileIntake({ pipeline: parts, snapshots, held, files, countyClock, machineClock }),
  },
];

/** What people and upstreams bring by themselves. */
const services: Provider[] = [
  {
    provide: UploadService,
    inject: [FileIntake, Mappers, MappingStore, SourceStore, LoadRegister, StoredRecords, CONNECTOR_SOURCES],
    useFactory: (
      intake: FileIntake,
      mappers: Mappers,
      mappings: MappingStore,
      sources: SourceStore,
      loads: LoadRegister,
      owners: StoredRecords,
      configured: readonly LoadedSource[],
    ) => new UploadService({ intake, mappers, mappings, sources, loads, owners }, configured),
  },
  {
    provide: Importer,
    inject: [FileIntake, Mappers, MappingStore, SourceStore, LoadRegister, StoredRecords],
    useFactory: (
      intake: FileIntake,
      mappers: Mappers,
      mappings: MappingStore,
      sources: SourceStore,
      loads: LoadRegister,
      owners: StoredRecords,
    ) => new Importer({ intake, mappers, mappings, sources, loads, owners }),
  },
  {
    provide: PushReceiver,
    inject: [Pipeline, SourceStore, Mappers, POSTGRES, StoredRecords, MACHINE_CLOCK, CONNECTOR_SOURCES, CONNECTOR_SECRETS],
    useFactory: (
      parts: Pipeline,
      sources: SourceStore,
      mappers: Mappers,
      pool: pg.Pool,
      owners: StoredRecords,
      machineClock: Clock,
      configured: readonly LoadedSource[],
      secrets: Secrets,
    ) =>
      new PushReceiver(
        { pipeline: parts, sources, mappers, replays: new PushReplays(pool, machineClock), owners, machineClock },
        configured,
        secrets,
      ),
  },
];

const polling: Provider[] = [
  {
    provide: FirstLoads,
    inject: [POSTGRES, MACHINE_CLOCK, CONNECTOR_SOURCES],
    useFactory: (pool: pg.Pool, clock: Clock, configured: readonly LoadedSource[]) => new FirstLoads(pool, clock, configured),
  },
  {
    provide: Connector,
    inject: [
      COUNTY_CLOCK,
      MACHINE_CLOCK,
      RNG,
      LOGGER,
      POSTGRES,
      Pipeline,
      SourceStore,
      SnapshotStore,
      HeldLists,
      FileStore,
      FileIntake,
      Mappers,
      FirstLoads,
      CONFIG,
      LoadRegister,
      CONNECTOR_SOURCES,
    ],
    useFactory: (
      countyClock: Clock,
      machineClock: Clock,
      rng: Rng,
      logger: Logger,
      pool: pg.Pool,
      parts: Pipeline,
      sources: SourceStore,
      snapshots: SnapshotStore,
      held: HeldLists,
      files: FileStore,
      intake: FileIntake,
      mappers: Mappers,
      firstLoads: FirstLoads,
      config: TianyanConfig,
      loads: LoadRegister,
      configured: readonly LoadedSource[],
    ) =>
      new Connector(
        {
          countyClock,
          machineClock,
          rng,
          pause: timerPause,
          logger,
          pipeline: parts,
          sources,
          snapshots,
          held,
          files,
          intake,
          mappers,
          firstLoads,
          loads,
          lock: new NamedLock(pool),
          outbound: outboundHosts(config),
        },
        configured,
      ),
  },
];

export const providers: Provider[] = [...stores, ...pipeline, ...services, ...quarantineProviders, ...polling];
