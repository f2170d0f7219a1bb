import { EDITED_HEADER, LANDED_TOPIC, recordTypeOfTopic, tracesOf, type Catalogue, type LandedBatch } from '@tianyan/contracts';
import { SECOND_MS, type Clock } from '@tianyan/kernel';
import type { StreamBatch, StreamMessage, StreamProducer } from '@tianyan/stream';
import type { TombstoneWriter } from '@tianyan/warehouse';
import type { WriterMetrics } from './metrics.js';

/**
 * Announcements of so long go to one partition, whichever writer they come from: a correlator evaluates together what one
 * read of one partition brings, and a round costs about the same for one record as for hundreds. Spread over four partitions
 * at a time they would need four rounds, and each record would wait for all of them. The next stretch goes to another
 * partition, so that several correlators share the work; longer than a round, so that they have one each.
 */
const ANNOUNCED_TOGETHER_MS = 5 * SECOND_MS;

export interface WriterParts {
  catalogue: Catalogue;
  writer: Pick<TombstoneWriter<StreamMessage>, 'write'>;
  producer: Pick<StreamProducer, 'publish'>;
  clock: Clock;
  metrics: WriterMetrics;
  /** Told of each batch as it is announced. */
  onLanded?: (landed: LandedBatch) => void;
}

/** Write, announce, and only then let the consumer commit: a crash in between repeats both, and neither minds. */
export class WriterPipeline {
  constructor(private readonly parts: WriterParts) {}

  /** Resolves when the batch is visible and announced. Whatever it throws keeps the offset where it is. */
  async handle(batch: StreamBatch): Promise<void> {
    const { catalogue, clock, metrics } = this.parts;
    const type = recordTypeOfTopic(batch.topic);
    if (type === null) throw new RangeError(`${batch.topic} is no topic of records`);
    const startMs = clock.nowMs();
    const written = await this.parts.writer.write(batch, catalogue.get(type));
    const writtenMs = clock.nowMs();
    await this.announce(
      batch,
      written.parts.map(({ batch: name, load, records, keys }) => ({
        batch: name,
        type,
        records,
        ...(load === null ? {} : { load }),
        ...(keys && { keys }),
      })),
    );
    metrics.batches++;
    metrics.records += written.records;
    metrics.tombstones += written.tombstones;
    metrics.deadLetters += written.poisoned;
    metrics.writeMs += writtenMs - startMs;
    metrics.announceMs += clock.nowMs() - writtenMs;
    metrics.lastLandedAtMs = clock.nowMs();
  }

  /** No part: there was only poison, so nothing has changed in the warehouse. */
  private async announce(batch: StreamBatch, parts: readonly Omit<LandedBatch, 'firstAppendedAtMs'>[]): Promise<void> {
    if (parts.length === 0) return;
    let firstAppendedAtMs = batch.messages[0].appendedAtMs;
    for (const message of batch.messages) firstAppendedAtMs = Math.min(firstAppendedAtMs, message.appendedAtMs);
    const traces = tracesOf(batch.messages);
    const edited = batch.messages.filter(({ headers }) => headers[EDITED_HEADER] !== undefined).length;
    const values = parts.map((part): LandedBatch => ({
      ...part,
      firstAppendedAtMs,
      ...(traces.length > 0 ? { traces } : {}),
      // What people mend comes by itself, never as part of a load.
      ...(edited > 0 && part.load === undefined ? { edited } : {}),
    }));
    const key = String(Math.floor(this.parts.clock.nowMs() / ANNOUNCED_TOGETHER_MS));
    await this.parts.producer.publish(
      LANDED_TOPIC,
      values.map((value) => ({ key, value: JSON.stringify(value) })),
    );
    for (const value of values) this.parts.onLanded?.(value);
  }
}
