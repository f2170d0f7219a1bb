import { type Catalogue, recordTopic, WRITER_GROUP } from '@tianyan/contracts';
import { StreamTransport } from '@tianyan/runtime';
import type { Stream } from '@tianyan/stream';

/** Tells the writer's transport from others in the same process. */
export const WRITER_TRANSPORT = Symbol('WRITER_TRANSPORT');

/**
 * Records of one insert: small enough that a look-up stays within one call and that a record that arrives now waits
 * little, large enough that the fixed cost of an insert is spread.
 */
const MAX_BATCH_RECORDS = 5_000;
/** Text of one insert: it stands in memory a few times on its way into ClickHouse. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/**
 * While one batch is looked up, the other is inserted; more would only hold more text in memory. Batches of two partitions
 * share no record.
 */
const PARTITIONS_AT_ONCE = 2;

/**
 * An insert of one record costs what one of hundreds does: records that come within this go together. It is part of the delay
 * from an accepted record to its finding, a quarter of what that may be.
 */
const GATHER_MS = 200;

/** How large batches become, and how long one that is not full waits for more. */
export interface WriterPace {
  maxBatchRecords: number;
  gatherMs: number;
}

const LIVE_PACE: WriterPace = { maxBatchRecords: MAX_BATCH_RECORDS, gatherMs: GATHER_MS };

/**
 * Where nobody waits for a single record, as while a table is imported: each insert is a part of the table and of each of its
 * copies, and ClickHouse writes every row anew each time it merges parts. Batches of a fifth of a second cost it three times
 * as much as these. The last batch of an import waits so long as well.
 */
export const BULK_PACE: WriterPace = { maxBatchRecords: 20_000, gatherMs: 2_000 };

/** The transport that feeds the writer with every record topic of the catalogue. */
export function writerTransport(input: {
  stream: Stream;
  catalogue: Catalogue;
  /** That of a platform at work without it. */
  pace?: WriterPace;
  /** An unknown error: nothing was committed; the process must end. */
  onFatal: (error: unknown) => void;
}): StreamTransport {
  const pace = input.pace ?? LIVE_PACE;
  return new StreamTransport({
    stream: input.stream,
    transportId: WRITER_TRANSPORT,
    group: WRITER_GROUP,
    topics: input.catalogue.all().map((contract) => recordTopic(contract.type)),
    maxBatchMessages: pace.maxBatchRecords,
    maxBatchBytes: MAX_BATCH_BYTES,
    partitionsAtOnce: PARTITIONS_AT_ONCE,
    gatherMs: pace.gatherMs,
    startFrom: 'earliest',
    onFatal: input.onFatal,
  });
}

/** What the writers are behind, for the figures of a process. */
export function writerLags(catalogue: Catalogue): { group: string; topics: readonly string[] } {
  return { group: WRITER_GROUP, topics: catalogue.all().map((contract) => recordTopic(contract.type)) };
}
