import { Module } from '@nestjs/common';
import type { Catalogue, LandedBatch } from '@tianyan/contracts';
import type { Clock, IdSource } from '@tianyan/kernel';
import { CATALOGUE, IDS, LOGGER, MACHINE_CLOCK, METRICS, showFigures, STREAM, WAREHOUSE, type Metrics } from '@tianyan/runtime';
import type { Stream, StreamMessage } from '@tianyan/stream';
import { TombstoneWriter, type WarehouseAdmin } from '@tianyan/warehouse';
import type { Logger } from 'pino';
import { DeadLetters } from './dead-letters.js';
import { DoubleLiveRowCheck } from './double-live-row-check.js';
import { WriterMetrics } from './metrics.js';
import { WriterController } from './writer-controller.js';
import { writerFigures } from './writer-figures.js';
import { WriterPipeline } from './writer-pipeline.js';

/** Stream → ClickHouse. The process connects `writerTransport` and takes `WriterMetrics` out for its figures. */
@Module({
  controllers: [WriterController],
  providers: [
    {
      provide: WriterMetrics,
      inject: [METRICS],
      useFactory: (shown: Metrics) => {
        const metrics = new WriterMetrics();
        showFigures(shown, writerFigures(metrics));
        return metrics;
      },
    },
    {
      provide: WriterPipeline,
      inject: [CATALOGUE, STREAM, WAREHOUSE, MACHINE_CLOCK, WriterMetrics, LOGGER],
      useFactory: (
        catalogue: Catalogue,
        stream: Stream,
        warehouse: WarehouseAdmin,
        clock: Clock,
        metrics: WriterMetrics,
        logger: Logger,
      ): WriterPipeline => {
        const producer = stream.producer();
        const deadLetters = new DeadLetters(producer, stream.admin());
        const writer = new TombstoneWriter<StreamMessage>(warehouse, (message, reason) => deadLetters.bury(message, reason));
        const onLanded = (landed: LandedBatch) => logger.debug(landed, 'batch landed');
        return new WriterPipeline({ catalogue, writer, producer, clock, metrics, onLanded });
      },
    },
    {
      provide: DoubleLiveRowCheck,
      inject: [CATALOGUE, STREAM, WAREHOUSE, MACHINE_CLOCK, IDS],
      useFactory: (
        catalogue: Catalogue,
        stream: Stream,
        warehouse: WarehouseAdmin,
        clock: Clock,
        ids: IdSource,
      ): DoubleLiveRowCheck => new DoubleLiveRowCheck({ catalogue, warehouse, producer: stream.producer(), clock, ids }),
    },
  ],
  exports: [DoubleLiveRowCheck, WriterMetrics, WriterPipeline],
})
export class WriterModule {}
