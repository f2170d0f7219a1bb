import type { Contract } from './contract.js';

/** Accepted records of one type; key = record id, so that all versions of one record meet one writer in order. */
export function recordTopic(type: string): string {
  return `records.${type}`;
}

/** The inverse of {@link recordTopic}; null for topics that carry something else. */
export function recordTypeOfTopic(topic: string): string | null {
  return topic.startsWith('records.') ? topic.slice('records.'.length) : null;
}

/** Consumer group of the writers; others ask how far it is behind. */
export const WRITER_GROUP = 'writer';

/** Batches that the writer has made visible in ClickHouse; read by the correlator. Value: {@link LandedBatch}. */
export const LANDED_TOPIC = 'batches.landed';

export interface LandedBatch {
  /** Name of the batch, as in the `batch` column of the record log. */
  batch: string;
  type: string;
  records: number;
  /** When the stream took in the earliest of them (machine clock): the delay from accepted to found is measured from it. */
  firstAppendedAtMs: number;
  /** Pages and files of the sources that the records came with; see `tracesOf`. */
  traces?: readonly string[] | undefined;
  /** Records that a person had a hand in; left out where there are none. See `Edit`. */
  edited?: number | undefined;
  /** The announced load that all its records belong to; none for records that came by themselves. */
  load?: string | undefined;
  /**
   * The codes in every row that the batch brought or killed, each combination once; what a row leaves empty is missing. It
   * spares whoever wants to know what a small batch touched the question. Left out where the batch is large.
   */
  keys?: readonly RowKeys[] | undefined;
}

/** The values of a row's fields of the kind `code`, by field, and the day on which it happened as `atDay`. */
export type RowKeys = Readonly<Record<string, string>>;

/** Whether the codes of a row, as an announcement names them, hold this field. */
export function isRowKey(contract: Contract, field: string): boolean {
  return contract.fields[field]?.kind === 'code';
}
