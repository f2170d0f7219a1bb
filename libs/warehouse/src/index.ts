export * from './port.js';
export type { Line } from './line.js';
export * from './names.js';
export { clickHouseErrorName, isTooMuchAtOnce, ranOutOfTime } from './clickhouse/errors.js';
export { openEmbeddedWarehouse } from './clickhouse/open-embedded.js';
export { checkPeopleAccount, openRemoteWarehouse, type RemoteOptions } from './clickhouse/open-remote.js';
export type { OpenWarehouse, WarehouseLimits } from './clickhouse/open-warehouse.js';
export { ensureReferenceTable, ensureTables, ensureTablesOf } from './schema/ensure-tables.js';
export { clusterLayout, PLAIN_LAYOUT, type ClusterLayout, type ReferenceTable, type TableLayout } from './schema/layout.js';
export {
  evidenceRows,
  latestKnownAt,
  type LogRow,
  MAX_EVIDENCE_REFS,
  MAX_HISTORY_VERSIONS,
  recordHistory,
  type VersionRef,
} from './queries/record-log.js';
export { batchName, loadPrefix, type WriterBatch, type WriterMessage } from './writer/batch.js';
export { findDoubleLiveRows, repairDoubleLiveRows } from './writer/double-live-rows.js';
export { MAX_IDS_PER_LOOKUP } from './writer/known-rows.js';
export { TombstoneWriter, type WrittenBatch, type WrittenPart } from './writer/tombstone-writer.js';
