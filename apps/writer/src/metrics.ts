/** What the writer counts since its start. Durations are totals: divided by batches they are means. */
export class WriterMetrics {
  batches = 0;
  records = 0;
  tombstones = 0;
  /** Messages that could not be stored and went to the dead-letter topic. */
  deadLetters = 0;
  /** From the hand-over of a batch until its rows are visible. */
  writeMs = 0;
  /** Until the batch is announced. */
  announceMs = 0;
  /** When the last batch landed, machine clock; null before the first. */
  lastLandedAtMs: number | null = null;
}
