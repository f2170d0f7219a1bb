import type { LandedBatch } from '@tianyan/contracts';
import type { RuntimeParts } from '@tianyan/runtime';
import type { StreamMessage } from '@tianyan/stream';
import { TombstoneWriter } from '@tianyan/warehouse';
import { DeadLetters } from './dead-letters.js';
import { DoubleLiveRowCheck } from './double-live-row-check.js';
import { WriterMetrics } from './metrics.js';
import { WriterPipeline } from './writer-pipeline.js';

export type WriterComposition = Pick<RuntimeParts, 'catalogue' | 'stream' | 'warehouse' | 'machineClock' | 'ids' | 'logger'>;

export interface Writer {
  metrics: WriterMetrics;
  pipeline: WriterPipeline;
  check: DoubleLiveRowCheck;
}

/** The writer, made of opened parts; it works when it is handed batches. */
export function composeWriter(parts: WriterComposition): Writer {
  const { catalogue, stream, warehouse, machineClock: clock, ids, logger } = parts;
  const metrics = new WriterMetrics();
  const producer = stream.producer();
  const deadLetters = new DeadLetters(producer, stream.admin());
  const writer = new TombstoneWriter<StreamMessage>(warehouse, async (message, reason) => {
    await deadLetters.bury(message, reason);
    // Where it stands alone: the reason may quote the record, and goes with the letter.
    const { topic, partition, offset } = message;
    logger.warn({ topic, partition, offset }, 'a record could not be stored and was given up');
  });
  const onLanded = (landed: LandedBatch) => logger.debug(landed, 'batch landed');
  return {
    metrics,
    pipeline: new WriterPipeline({ catalogue, writer, producer, clock, metrics, onLanded }),
    check: new DoubleLiveRowCheck({ catalogue, warehouse, producer: stream.producer(), clock, ids }),
  };
}
