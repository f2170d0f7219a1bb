import { LOAD_HEADER, recordTopic, toWire, TRACE_HEADER, wireHeaders, type Mapper, type TypedRecord } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import type { OutgoingMessage, StreamProducer } from '@tianyan/stream';
import { AnsweredRows } from '../quarantine/answered-rows.js';
import type { QuarantineStore } from '../quarantine/quarantine-store.js';
import { SnapshotReading } from '../snapshot-diff/snapshot-reading.js';
import type { SnapshotStore } from '../snapshot-diff/snapshot-store.js';
import type { RunCounts, RunResult, SourceStore } from '../store/source-store.js';
import type { AnnouncedLoad } from '../loads/announced-load.js';
import { RunInterruptedError } from './run-interrupted.js';
import { ReasonTally, type TalliedReason } from './reason-tally.js';
import { readAhead } from './read-ahead.js';
import { foreignRecords, type RecordOwners } from './record-owners.js';
import { mappedPages, toRefusedRow, type MappedPage } from './mapped-pages.js';
import type { SourcePage } from './row.js';

/** Tells what of a page is news to its feed. */
export interface KnownRecords {
  onlyChanged(feed: { source: string; feed: string }, records: readonly TypedRecord[]): Promise<TypedRecord[]>;
  /** Notes what the stream has acknowledged. */
  remember(feed: { source: string; feed: string }, records: readonly TypedRecord[]): Promise<void>;
}

/** One feed of a source with its mapping. */
export interface PipelineFeed {
  source: string;
  feed: string;
  mapper: Mapper;
  /** Leaves out records that are known with the same content: for files and full exports, which repeat everything. */
  skipKnown: boolean;
  /** Leaves out, and does not count, what was read a moment ago: for feeds that look back at what they have read. */
  recent?: KnownRecords;
  /**
   * For what people and upstreams bring by themselves: a record that is another source's is set aside. One id is one record,
   * whoever brings it, so that such a row would change or delete what another system has said.
   */
  owners?: RecordOwners;
  /** What brings the rows, in Chinese, for whoever looks up what became of a refused one. */
  by?: string;
  /** Ends the run after the page in hand. */
  signal?: AbortSignal;
  /** The load that its records belong to; none where they come by themselves. */
  load?: AnnouncedLoad;
}

/** Gives each page a name under which its records can be followed from here to the alert. */
export interface Tracing {
  /** null: the records carry none. */
  nextTrace(): string | null;
  /** Told when the stream holds the page. */
  published(page: { trace: string; source: string; feed: string; records: number }): void;
}

const NO_TRACING: Tracing = { nextTrace: () => null, published: () => undefined };

/** By what a refused row was answered that came in no file. */
const LATER_REPORT = '来源后来的报送';

/**
 * Refused rows of one run before it stops with an error. So many mean that the upstream changed its format: the mapping
 * has to be mended, and the cursor stays where it was.
 */
export const MAX_REFUSED_PER_RUN = 10_000;

/** The way of every record from a source into the stream. */
export class Pipeline {
  private interrupted = false;

  constructor(
    private readonly producer: StreamProducer,
    private readonly sources: SourceStore,
    private readonly quarantine: QuarantineStore,
    private readonly snapshots: SnapshotStore,
    private readonly tracing: Tracing = NO_TRACING,
  ) {}

  /**
   * Reads all pages to the end. While one is published the next is mapped, and the one after it fetched; the cursor never runs
   * ahead of the stream.
   */
  async run(
    feed: PipelineFeed,
    pages: AsyncIterable<SourcePage>,
    onPage: (total: RunCounts) => void = () => undefined,
  ): Promise<RunResult> {
    const total: RunCounts = { accepted: 0, repeated: 0, refused: 0 };
    const reasons = new ReasonTally();
    const notes = new ReasonTally();
    const answered = new AnsweredRows(this.quarantine, feed);
    let leftOut = 0;
    const known: KnownRecords | null = feed.recent ?? (feed.skipKnown ? await SnapshotReading.begin(this.snapshots, feed) : null);
    for await (const { page, mapped } of readAhead(mappedPages(feed, readAhead(pages)))) {
      leftOut += mapped.leftOut;
      await setForeignAside(feed, mapped);
      const fresh = known ? await known.onlyChanged(feed, mapped.records) : mapped.records;
      const trace = await this.publish(fresh, await loadOfPage(feed, fresh, page));
      if (trace !== null && fresh.length > 0)
        this.tracing.published({ trace, source: feed.source, feed: feed.feed, records: fresh.length });
      await known?.remember(feed, fresh);
      await this.quarantine.add(mapped.refused);
      await answered.note(mapped.accepted, fresh);
      for (const [index, refused] of mapped.refused.entries()) reasons.note(refused, mapped.refusedPlaces[index] ?? 0);
      for (const note of mapped.notes) notes.note(note, note.place);
      await page.acknowledge();
      const repeated = feed.recent ? 0 : mapped.records.length - fresh.length;
      const counts = { accepted: fresh.length, repeated, refused: mapped.refused.length };
      await this.sources.countIn(feed.source, counts, newestAtMs(fresh));
      total.accepted += counts.accepted;
      total.repeated += counts.repeated;
      total.refused += counts.refused;
      onPage(total);
      const stop = this.interrupted || feed.signal?.aborted === true;
      if (stop || total.refused > MAX_REFUSED_PER_RUN) {
        await answered.settle(feed.by ?? LATER_REPORT);
        throw stop ? new RunInterruptedError() : new TooManyRefusedError(total.refused, reasons.mostFrequent());
      }
    }
    await answered.settle(feed.by ?? LATER_REPORT);
    return { ...total, leftOut, reasons: reasons.mostFrequent(), notes: notes.mostFrequent() };
  }

  /** Ends every run after the page in hand: a first load takes longer than a process has for its stop. */
  interrupt(): void {
    this.interrupted = true;
  }

  /**
   * Resolves when the stream holds every record, with the trace under which they can be followed.
   * @param load the announced load that they belong to
   */
  async publish(records: readonly TypedRecord[], load: string | null = null): Promise<string | null> {
    const trace = this.tracing.nextTrace();
    const traced = { ...(trace === null ? {} : { [TRACE_HEADER]: trace }), ...(load === null ? {} : { [LOAD_HEADER]: load }) };
    const byTopic = new Map<string, OutgoingMessage[]>();
    // One object for all records of a kind: the stream writes and reads headers once for each of these.
    const headersOfKind = new Map<string, OutgoingMessage['headers']>();
    for (const { type, record } of records) {
      const topic = recordTopic(type);
      const kind = `${record.version} ${record.op} ${record.edit === undefined}`;
      const headers = headersOfKind.get(kind) ?? { ...wireHeaders(record), ...traced };
      headersOfKind.set(kind, headers);
      const message = { key: record.id, value: toWire(record), headers };
      const messages = byTopic.get(topic);
      if (messages) messages.push(message);
      else byTopic.set(topic, [message]);
    }
    for (const [topic, messages] of byTopic) await this.producer.publish(topic, messages);
    return trace;
  }
}

/** Enough to see whether it is one mistake or many. */
const REASONS_IN_MESSAGE = 3;

/** The upstream's format no longer fits the mapping. */
export class TooManyRefusedError extends Error {
  /** @param reasons the most frequent first */
  constructor(refused: number, reasons: readonly TalliedReason[]) {
    const most = reasons.slice(0, REASONS_IN_MESSAGE).map(({ reason, count }) => `${reason}（${count} 条）`);
    const what = most.length === 0 ? '' : `最多的是：${most.join('；')}。`;
    super(`一次读取中有 ${refused} 条记录不符合要求，已停止。${what}上游格式可能变了：请查看隔离区，改正映射后重试。`);
    this.name = 'TooManyRefusedError';
  }
}

async function setForeignAside(feed: PipelineFeed, page: MappedPage): Promise<void> {
  if (!feed.owners) return;
  const foreign = await foreignRecords(feed.owners, feed.source, page.records);
  if (foreign.size === 0) return;
  page.records = page.records.filter((record) => !foreign.has(record));
  for (const [typed, owner] of foreign) {
    const { type, record } = typed;
    const problem = {
      field: 'id',
      label: '编号',
      reason: `这个编号已是数据源“${owner}”的记录，不能由别的数据源改动。确需更正，请在“${owner}”更正，或给这些记录另编号`,
      raw: '',
    };
    const part = feed.mapper.document.records.findIndex((candidate) => candidate.type === type);
    const refusal = { type, part, recordId: record.id, version: record.version, problems: [problem], raw: record.raw };
    page.refused.push(toRefusedRow(feed, refusal, page.rowNumbers.get(typed)));
    page.refusedPlaces.push(page.places.get(typed) ?? 0);
  }
}

/** A page without news begins no load. */
async function loadOfPage(feed: PipelineFeed, fresh: readonly TypedRecord[], page: SourcePage): Promise<string | null> {
  if (!feed.load || fresh.length === 0) return null;
  return feed.load.current({ more: page.more === true });
}

function newestAtMs(records: readonly TypedRecord[]): EpochMs | null {
  let newest: EpochMs | null = null;
  for (const { record } of records) if (newest === null || record.atMs > newest) newest = record.atMs;
  return newest;
}
