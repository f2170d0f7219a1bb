export { DoubleLiveRowCheck } from './double-live-row-check.js';
export { WriterMetrics } from './metrics.js';
export { WRITER_GROUP, WRITER_TRANSPORT, writerTransport } from './transport.js';
export { WriterModule } from './writer-module.js';
export { WriterPipeline, type WriterParts } from './writer-pipeline.js';
