import type { Figure } from '@tianyan/runtime';
import type { WriterMetrics } from './metrics.js';

/** What the writer shows to Prometheus. */
export function writerFigures(metrics: WriterMetrics): Figure[] {
  const counter = (name: string, help: string, read: () => number): Figure => ({
    name: `tianyan_writer_${name}_total`,
    help,
    kind: 'counter',
    read,
  });
  return [
    counter('batches', 'Batches written and announced.', () => metrics.batches),
    counter('records', 'Records made visible.', () => metrics.records),
    counter('tombstones', 'Rows that ended an older place of a record.', () => metrics.tombstones),
    counter('dead_letters', 'Messages that could not be stored.', () => metrics.deadLetters),
    counter('write_ms', 'Milliseconds spent until rows were visible.', () => metrics.writeMs),
    counter('announce_ms', 'Milliseconds spent on announcing them.', () => metrics.announceMs),
  ];
}
