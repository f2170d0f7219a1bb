import type { Provider } from '@nestjs/common';
import type { Catalogue, KeyedDigest } from '@tianyan/contracts';
import { timerPause, type Clock, type IdSource, type Rng } from '@tianyan/kernel';
import { CATALOGUE, COUNTY_CLOCK, IDS, LOGGER, MACHINE_CLOCK, NamedLock, POSTGRES, RNG, STREAM } from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Connector } from './connector.js';
import { FileIntake } from './files/file-intake.js';
import { Importer } from './import/import-file.js';
import { Pipeline } from './pipeline/pipeline.js';
import { QuarantineService } from './quarantine/quarantine-service.js';
import { QuarantineStore } from './quarantine/quarantine-store.js';
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

type Secrets = Readonly<Record<string, string>>;

const stores: Provider[] = [
  {
    provide: SourceStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new SourceStore(pool, clock),
  },
  {
    provide: QuarantineStore,
    inject: [POSTGRES, MACHINE_CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new QuarantineStore(pool, clock),
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
  { provide: SnapshotStore, inject: [POSTGRES], useFactory: (pool: pg.Pool) => new SnapshotStore(pool) },
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
    inject: [Pipeline, SnapshotStore, FileStore, COUNTY_CLOCK],
    useFactory: (parts: Pipeline, snapshots: SnapshotStore, files: FileStore, countyClock: Clock) =>
      new FileIntake({ pipeline: parts, snapshots, files, countyClock }),
  },
];

/** What people and upstreams bring by themselves. */
const services: Provider[] = [
  {
    provide: QuarantineService,
    inject: [QuarantineStore, Pipeline, Mappers],
    useFactory: (store: QuarantineStore, parts: Pipeline, mappers: Mappers) =>
      new QuarantineService({ store, pipeline: parts, mappers }),
  },
  {
    provide: UploadService,
    inject: [FileIntake, Mappers, MappingStore, SourceStore, CONNECTOR_SOURCES],
    useFactory: (
      intake: FileIntake,
      mappers: Mappers,
      mappings: MappingStore,
      sources: SourceStore,
      configured: readonly LoadedSource[],
    ) => new UploadService({ intake, mappers, mappings, sources }, configured),
  },
  {
    provide: Importer,
    inject: [FileIntake, Mappers, MappingStore, SourceStore],
    useFactory: (intake: FileIntake, mappers: Mappers, mappings: MappingStore, sources: SourceStore) =>
      new Importer({ intake, mappers, mappings, sources }),
  },
  {
    provide: PushReceiver,
    inject: [Pipeline, SourceStore, Mappers, MACHINE_CLOCK, CONNECTOR_SOURCES, CONNECTOR_SECRETS],
    useFactory: (
      parts: Pipeline,
      sources: SourceStore,
      mappers: Mappers,
      machineClock: Clock,
      configured: readonly LoadedSource[],
      secrets: Secrets,
    ) => new PushReceiver({ pipeline: parts, sources, mappers, machineClock }, configured, secrets),
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
      FileIntake,
      Mappers,
      FirstLoads,
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
      intake: FileIntake,
      mappers: Mappers,
      firstLoads: FirstLoads,
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
          intake,
          mappers,
          firstLoads,
          lock: new NamedLock(pool),
        },
        configured,
      ),
  },
];

export const providers: Provider[] = [...stores, ...pipeline, ...services, ...polling];
