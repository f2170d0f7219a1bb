import { LOAD_HEADER } from '@tianyan/contracts';

/** What the writer needs of a message of the stream. */
export interface WriterMessage {
  key: string;
  value: string;
  /** The value in UTF-8, where the stream holds it so; it is then taken for the row, and no text is made of it. */
  readonly bytes?: Buffer;
  headers: Readonly<Record<string, string>>;
  offset: number;
}

/** What the writer needs of a batch of the stream: messages of one partition, in offset order. */
export interface WriterBatch<Message extends WriterMessage = WriterMessage> {
  topic: string;
  partition: number;
  messages: readonly [Message, ...Message[]];
  /** Throws if this consumer no longer owns the partition. */
  assertOwned(): Promise<void>;
}

/** Name of a batch in the `batch` column: `<topic>/<partition>/<first>-<last>`. */
export function batchName(batch: WriterBatch): string {
  const first = batch.messages[0].offset;
  const last = batch.messages.at(-1)?.offset ?? first;
  return `${batch.topic}/${batch.partition}/${first}-${last}`;
}

/**
 * Names in the `batch` column of the records of an announced load begin with this, so that one range of the log holds all
 * that the load has brought and killed, and an evaluation can ask whether it saw a part of it.
 */
export function loadPrefix(load: string): string {
  return `load/${load}/`;
}

/** Name in the `batch` column of the records that this batch brings for a load; null: of those that came by themselves. */
export function partName(batch: WriterBatch, load: string | null): string {
  return load === null ? batchName(batch) : `${loadPrefix(load)}${batchName(batch)}`;
}

/** The load that a message belongs to. */
export function loadOf(message: WriterMessage): string | null {
  return message.headers[LOAD_HEADER] ?? null;
}

/** Where a record's version stands among all versions of its id: by version, then by offset. */
export interface Rank {
  version: number;
  streamOffset: number;
}

export function isNewer(a: Rank, b: Rank): boolean {
  return a.version > b.version || (a.version === b.version && a.streamOffset > b.streamOffset);
}
