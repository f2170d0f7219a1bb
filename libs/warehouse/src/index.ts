export * from './port.js';
export * from './names.js';
export { openEmbeddedWarehouse, openRemoteWarehouse, type OpenWarehouse, type WarehouseLimits } from './clickhouse/open.js';
export { ensureTables, ensureTablesOf } from './schema/ensure-tables.js';
export { batchName, type WriterBatch, type WriterMessage } from './writer/batch.js';
export { MAX_IDS_PER_LOOKUP } from './writer/known-rows.js';
export { TombstoneWriter, type WrittenBatch } from './writer/tombstone-writer.js';
