import { keyedDigest, type Catalogue } from '@tianyan/contracts';
import { LoadRegister } from '@tianyan/findings';
import { uuidSource, type Clock } from '@tianyan/kernel';
import type { Stream } from '@tianyan/stream';
import type { WarehouseReader } from '@tianyan/warehouse';
import type pg from 'pg';
import { FileIntake } from '../files/file-intake.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { QuarantineStore } from '../quarantine/quarantine-store.js';
import { StoredRecords } from '../quarantine/stored-records.js';
import { HeldLists } from '../snapshot-diff/held-lists.js';
import { SnapshotStore } from '../snapshot-diff/snapshot-store.js';
import { Mappers } from '../sources/mappers.js';
import { FileStore } from '../store/file-store.js';
import { MappingStore } from '../store/mapping-store.js';
import { SourceStore } from '../store/source-store.js';
import { Importer } from './import-file.js';

export interface ImporterParts {
  postgres: pg.Pool;
  stream: Stream;
  warehouse: WarehouseReader;
  catalogue: Catalogue;
  machineClock: Clock;
  countyClock: Clock;
  /** Key of the digests that stand for callers and matters; the product's own. */
  digestKey: string;
}

/** An importer without the rest of the connector: nothing is polled. The connector's tables must be there. */
export function createImporter(parts: ImporterParts): Importer {
  const { postgres, stream, catalogue, machineClock, countyClock } = parts;
  const sources = new SourceStore(postgres, machineClock);
  const owners = new StoredRecords(parts.warehouse);
  const snapshots = new SnapshotStore(postgres, owners);
  const mappings = new MappingStore(postgres, machineClock);
  const pipeline = new Pipeline(
    stream.producer(),
    sources,
    new QuarantineStore(postgres, { machineClock, countyClock }),
    snapshots,
  );
  const held = new HeldLists(postgres, machineClock);
  const files = new FileStore(postgres, machineClock);
  const intake = new FileIntake({ pipeline, snapshots, held, files, countyClock, machineClock });
  const mappers = new Mappers({ catalogue, digest: keyedDigest(parts.digestKey), countyClock, mappings }, []);
  return new Importer({ intake, mappers, mappings, sources, loads: new LoadRegister(postgres, uuidSource), owners });
}
