export { DoubleLiveRowCheck } from './double-live-row-check.js';
export { MaintenanceModule } from './maintenance.module.js';
export { WriterMetrics } from './metrics.js';
export { BULK_PACE, WRITER_TRANSPORT, writerLags, writerTransport } from './transport.js';
export { WriterModule } from './writer.module.js';
export { WriterPipeline, type WriterParts } from './writer-pipeline.js';
