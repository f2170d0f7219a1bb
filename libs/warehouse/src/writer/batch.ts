/** What the writer needs of a message of the stream. */
export interface WriterMessage {
  key: string;
  value: string;
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

/** Where a record's version stands among all versions of its id: by version, then by offset. */
export interface Rank {
  version: number;
  streamOffset: number;
}

export function isNewer(a: Rank, b: Rank): boolean {
  return a.version > b.version || (a.version === b.version && a.streamOffset > b.streamOffset);
}
