import type { Catalogue, KeyedDigest } from '@tianyan/contracts';
import type { Clock, IdSource, OutboundHosts, Pause, Rng } from '@tianyan/kernel';
import { NamedLock, type Pool } from '@tianyan/postgres';
import type { Stream } from '@tianyan/stream';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { Logger } from 'pino';
import type { LoadedSource } from './configured/load-sources.js';
import { Mappers } from './configured/mappers.js';
import { Connector } from './connector.js';
import { FileIntake } from './files/file-intake.js';
import { Importer } from './import/import-file.js';
import { LoadRegister } from './loads/load-register.js';
import { Pipeline } from './pipeline/pipeline.js';
import { GroupStore } from './quarantine/group-store.js';
import { MendRunner } from './quarantine/mend-runner.js';
import { MendService } from './quarantine/mend-service.js';
import { MendStore } from './quarantine/mend-store.js';
import { Mending } from './quarantine/mending.js';
import { QuarantineService } from './quarantine/quarantine-service.js';
import { QuarantineStore } from './quarantine/quarantine-store.js';
import { StoredRecords } from './quarantine/stored-records.js';
import { HeldLists } from './snapshot-diff/held-lists.js';
import { SnapshotStore } from './snapshot-diff/snapshot-store.js';
import { FileStore } from './store/file-store.js';
import { FirstLoads } from './store/first-loads.js';
import { MappingStore } from './store/mapping-store.js';
import { SourceStore } from './store/source-store.js';
import { UploadService } from './upload/upload-service.js';
import { PushReceiver } from './webhook/push-receiver.js';
import { PushReplays } from './webhook/push-replays.js';

/** What a process has opened and was told, of which a connector is made. */
export interface OpenedParts {
  postgres: Pool;
  stream: Pick<Stream, 'producer'>;
  warehouse: Pick<WarehouseReader, 'rows'>;
  catalogue: Catalogue;
  /** Makes what stands for callers and matters. */
  digest: KeyedDigest;
  machineClock: Clock;
  countyClock: Clock;
  rng: Rng;
  ids: IdSource;
  pause: Pause;
  logger: Logger;
  /** Where upstreams may be. */
  outbound: OutboundHosts;
  /** The sources of this process. */
  configured: readonly LoadedSource[];
  /** Keys shared with upstreams that push, by the name in the source file. */
  secrets: Readonly<Record<string, string>>;
  /** Has a mend run in the background, by whichever process. */
  startMend: (mendId: number) => Promise<void>;
}

export type ComposedConnector = ReturnType<typeof composeConnector>;

/** All that reads sources, and what people do about them; nothing is read or started. The tables must be there. */
export function composeConnector(opened: OpenedParts) {
  const stores = openStores(opened);
  const intake = composeIntake(opened, stores);
  return { ...stores, ...intake, ...composeWays(opened, { ...stores, ...intake }), ...composeMending(opened, stores, intake) };
}

function openStores({ postgres, warehouse, machineClock, countyClock, ids, configured }: OpenedParts) {
  const owners = new StoredRecords(warehouse);
  return {
    owners,
    sources: new SourceStore(postgres, machineClock),
    firstLoads: new FirstLoads(postgres, machineClock, configured),
    files: new FileStore(postgres, machineClock),
    mappings: new MappingStore(postgres, machineClock),
    loads: new LoadRegister(postgres, ids),
    snapshots: new SnapshotStore(postgres, owners),
    held: new HeldLists(postgres, machineClock),
    quarantine: new QuarantineStore(postgres, { machineClock, countyClock }),
    mends: new MendStore(postgres, machineClock),
  };
}
type Stores = ReturnType<typeof openStores>;

/** From rows to the stream. */
function composeIntake(opened: OpenedParts, stores: Stores) {
  const { stream, ids, logger, catalogue, digest, machineClock, countyClock } = opened;
  const { sources, quarantine, snapshots, held, files, mappings } = stores;
  const pipeline = new Pipeline(stream.producer(), sources, quarantine, snapshots, {
    nextTrace: () => ids.next().replaceAll('-', ''),
    published: (page) => logger.info(page, 'page published'),
  });
  return {
    pipeline,
    mappers: new Mappers({ catalogue, digest, countyClock, mappings }, opened.configured),
    intake: new FileIntake({ pipeline, snapshots, held, files, countyClock, machineClock }),
  };
}
type Intake = ReturnType<typeof composeIntake>;

/** The ways in which rows come: by schedule, by a person, by the upstream itself. */
function composeWays(opened: OpenedParts, composed: Stores & Intake) {
  const { postgres, machineClock, countyClock, rng, pause, logger, outbound, configured, secrets } = opened;
  const lock = new NamedLock(postgres);
  const replays = new PushReplays(postgres, machineClock);
  return {
    connector: new Connector({ ...composed, machineClock, countyClock, rng, pause, logger, lock, outbound }, configured),
    uploads: new UploadService({ ...composed, lock }, configured),
    importer: new Importer(composed),
    pushes: new PushReceiver({ ...composed, replays, machineClock }, configured, secrets),
  };
}

/** What becomes of rows in quarantine. */
function composeMending(opened: OpenedParts, stores: Stores, { pipeline, mappers }: Intake) {
  const { postgres, machineClock, countyClock, startMend } = opened;
  const { snapshots, owners, quarantine: store, mends } = stores;
  const mending = new Mending({ pipeline, mappers, snapshots, stored: owners, machineClock, countyClock });
  const mendRunner = new MendRunner({ pool: postgres, store, mends, mending, lock: new NamedLock(postgres) });
  const groups = new GroupStore(postgres);
  const parts = { pool: postgres, store, groups, mends, mending, runner: mendRunner, start: startMend };
  return { mendRunner, quarantineService: new QuarantineService(parts), mendService: new MendService(parts) };
}
