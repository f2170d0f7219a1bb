import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { keyedDigest, type Catalogue, type KeyedDigest } from '@tianyan/contracts';
import { timerPause, type Clock, type Rng } from '@tianyan/kernel';
import { CATALOGUE, COUNTY_CLOCK, LOGGER, MACHINE_CLOCK, POSTGRES, RNG, STREAM } from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Connector } from './connector.js';
import { FileIntake } from './files/file-intake.js';
import { FeedLock } from './pipeline/feed-lock.js';
import { Pipeline } from './pipeline/pipeline.js';
import { POLL_QUEUE, PollProcessor, PollSchedule } from './polling.js';
import { QuarantineStore } from './quarantine/quarantine-store.js';
import { SnapshotStore } from './snapshot-diff/snapshot-store.js';
import type { LoadedSource } from './sources/load-sources.js';
import { FileStore } from './store/file-store.js';
import { SourceStore } from './store/source-store.js';
import { CONNECTOR_DIGEST, CONNECTOR_SOURCES } from './tokens.js';

export interface ConnectorModuleOptions {
  sources: readonly LoadedSource[];
  /** Key of the digests that stand for callers and matters; must never change. */
  digestKey: string;
}

const providers: Provider[] = [
  { provide: SourceStore, inject: [POSTGRES, MACHINE_CLOCK], useFactory: (pool: pg.Pool, clock: Clock) => new SourceStore(pool, clock) },
  { provide: QuarantineStore, inject: [POSTGRES, MACHINE_CLOCK], useFactory: (pool: pg.Pool, clock: Clock) => new QuarantineStore(pool, clock) },
  { provide: SnapshotStore, inject: [POSTGRES], useFactory: (pool: pg.Pool) => new SnapshotStore(pool) },
  { provide: FileStore, inject: [POSTGRES, MACHINE_CLOCK], useFactory: (pool: pg.Pool, clock: Clock) => new FileStore(pool, clock) },
  {
    provide: Pipeline,
    inject: [STREAM, SourceStore, QuarantineStore, SnapshotStore],
    useFactory: (stream: Stream, sources: SourceStore, quarantine: QuarantineStore, snapshots: SnapshotStore) =>
      new Pipeline(stream.producer(), sources, quarantine, snapshots),
  },
  {
    provide: FileIntake,
    inject: [Pipeline, SnapshotStore, FileStore, COUNTY_CLOCK],
    useFactory: (pipeline: Pipeline, snapshots: SnapshotStore, files: FileStore, countyClock: Clock) => new FileIntake({ pipeline, snapshots, files, countyClock }),
  },
  {
    provide: Connector,
    inject: [CATALOGUE, CONNECTOR_DIGEST, COUNTY_CLOCK, MACHINE_CLOCK, RNG, LOGGER, POSTGRES, Pipeline, SourceStore, SnapshotStore, FileIntake, CONNECTOR_SOURCES],
    useFactory: (
      catalogue: Catalogue, digest: KeyedDigest, countyClock: Clock, machineClock: Clock, rng: Rng, logger: Logger, pool: pg.Pool,
      pipeline: Pipeline, sources: SourceStore, snapshots: SnapshotStore, intake: FileIntake, configured: readonly LoadedSource[],
    ) =>
      new Connector(
        { catalogue, digest, countyClock, machineClock, rng, pause: timerPause, logger, pipeline, sources, snapshots, intake, lock: new FeedLock(pool) },
        configured,
      ),
  },
  PollProcessor,
  PollSchedule,
];

/** Reads the configured sources by schedule and publishes their records. BullMQ must be set up by the process. */
@Module({})
export class ConnectorModule {
  static forRoot(options: ConnectorModuleOptions): DynamicModule {
    return {
      module: ConnectorModule,
      imports: [BullModule.registerQueue({ name: POLL_QUEUE })],
      providers: [
        { provide: CONNECTOR_SOURCES, useValue: options.sources },
        { provide: CONNECTOR_DIGEST, useValue: keyedDigest(options.digestKey) },
        ...providers,
      ],
      exports: [Connector, SourceStore, QuarantineStore, FileStore, FileIntake],
    };
  }
}
