import { Module } from '@nestjs/common';
import { membersOf, METRICS, PARTS, showFigures, type Metrics, type RuntimeParts } from '@tianyan/runtime';
import { composeWriter, type Writer } from './compose-writer.js';
import { DoubleLiveRowCheck } from './double-live-row-check.js';
import { WriterMetrics } from './metrics.js';
import { WriterController } from './writer-controller.js';
import { writerFigures } from './writer-figures.js';
import { WriterPipeline } from './writer-pipeline.js';

const WRITER = Symbol('WRITER');

/** Stream → ClickHouse. The process connects `writerTransport` and takes `WriterMetrics` out for its figures. */
@Module({
  controllers: [WriterController],
  providers: [
    {
      provide: WRITER,
      inject: [PARTS, METRICS],
      useFactory: (parts: RuntimeParts, shown: Metrics): Writer => {
        const writer = composeWriter(parts);
        showFigures(shown, writerFigures(writer.metrics));
        return writer;
      },
    },
    ...membersOf<Writer>(WRITER, { metrics: WriterMetrics, pipeline: WriterPipeline, check: DoubleLiveRowCheck }),
  ],
  exports: [DoubleLiveRowCheck, WriterMetrics, WriterPipeline],
})
export class WriterModule {}
