import { recordHash, type TypedRecord } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type { Pipeline, PipelineFeed } from '../pipeline/pipeline.js';
import type { SourcePage } from '../pipeline/row.js';
import type { RunResult } from '../store/source-store.js';
import type { HeldList, HeldLists } from './held-lists.js';
import type { KnownRow, SnapshotStore } from './snapshot-store.js';

/**
 * Largest share of a full list that may vanish at once. More looks like half a file, and deleting half a ledger would
 * withdraw findings that hold: a person decides. So they do when nothing is left, however short the list was.
 */
export const MAX_VANISHED_SHARE = 0.3;
/** So few may vanish whatever their share, if something is left: a list of three may lose two. */
export const ALWAYS_ALLOWED_VANISHED = 5;
/** Deletions published together. */
const DELETIONS_PER_PAGE = 2_000;

export interface ListParts {
  pipeline: Pipeline;
  snapshots: SnapshotStore;
  held: HeldLists;
  countyClock: Clock;
  machineClock: Clock;
}

export interface ListResult extends RunResult {
  /** Rows that the list lacks, where they are so many that a person has to decide; 0 otherwise. */
  held: number;
}

/** What a run has found of one record type. */
interface Found {
  type: string;
  known: ReadonlyMap<string, KnownRow>;
  vanished: readonly string[];
}

/** The part of it that no person has confirmed. */
interface Unconfirmed {
  known: number;
  vanished: number;
}

/**
 * Runs a full list, whole from its first page: changed rows become new versions, rows that the feed held and no longer
 * does become deletions. While a row stands in quarantine without an id nobody knows which record it is, so nothing is
 * deleted in that run.
 * @param fileName of the file that holds the list; null for one asked for page by page, whose rows can move between two pages
 */
export async function withDeletions(
  parts: ListParts,
  feed: PipelineFeed,
  pages: AsyncIterable<SourcePage>,
  fileName: string | null,
): Promise<ListResult> {
  const seen = new Seen();
  const counted = new CountedPages(pages);
  const counts = await parts.pipeline.run({ ...feed, mapper: seen.watch(feed.mapper) }, counted);
  if (counts.refused > seen.refusedWithId) return { ...counts, held: 0 };
  const found = await Promise.all(feed.mapper.types.map((type) => findVanished(parts, feed, type, seen.ids(type))));
  const unconfirmed = found.map(withoutConfirmed);
  const isShort = unconfirmed.some(tooFewLeft);
  if (isShort) await hold(parts, feed, unconfirmed, fileName);
  else await parts.held.clear(feed);
  // While pages are turned rows may slip from the next page to the one that has been read: missing once is not gone.
  const mayHaveSlipped = fileName === null && counted.count > 1;
  for (const { type, known, vanished } of found) {
    const gone = vanished.filter((id) => {
      const row = known.get(id);
      return row?.removalConfirmed === true || (!isShort && (!mayHaveSlipped || row?.missing === true));
    });
    const isGone = new Set(gone);
    const waiting = vanished.filter((id) => !isGone.has(id) && known.get(id)?.missing === false);
    await parts.snapshots.markMissing(feed, type, waiting, parts.machineClock.nowMs());
    counts.accepted += await deleteRows(parts, feed, type, gone, known);
  }
  return { ...counts, held: isShort ? sumOf(unconfirmed).vanished : 0 };
}

async function findVanished(parts: ListParts, feed: PipelineFeed, type: string, seen: ReadonlySet<string>): Promise<Found> {
  const known = await parts.snapshots.known(feed, type);
  const back = [...known].filter(([id, row]) => row.missing && seen.has(id)).map(([id]) => id);
  await parts.snapshots.markMissing(feed, type, back, null);
  return { type, known, vanished: [...known.keys()].filter((id) => !seen.has(id)) };
}

function withoutConfirmed({ known, vanished }: Found): Unconfirmed {
  const confirmed = vanished.filter((id) => known.get(id)?.removalConfirmed === true).length;
  return { known: known.size - confirmed, vanished: vanished.length - confirmed };
}

function tooFewLeft({ known, vanished }: Unconfirmed): boolean {
  if (vanished === 0) return false;
  return vanished === known || (vanished > ALWAYS_ALLOWED_VANISHED && vanished > known * MAX_VANISHED_SHARE);
}

function sumOf(each: readonly Unconfirmed[]): Unconfirmed {
  return each.reduce((sum, one) => ({ known: sum.known + one.known, vanished: sum.vanished + one.vanished }), {
    known: 0,
    vanished: 0,
  });
}

async function hold(parts: ListParts, feed: PipelineFeed, found: readonly Unconfirmed[], fileName: string | null): Promise<void> {
  const { known, vanished: missing } = sumOf(found);
  const list = { fileName, missing, known };
  const before = await parts.held.find(feed);
  if (before !== null && isRejectedAlready(before, list)) return;
  await parts.held.hold(feed, list);
}

/** An upstream that goes on giving the list that a person has rejected is not asked about again with every poll. */
function isRejectedAlready(before: HeldList, list: Pick<HeldList, 'fileName' | 'missing'>): boolean {
  return (
    before.decision === 'discard' &&
    before.fileName === null &&
    list.fileName === null &&
    list.missing <= before.missing + ALWAYS_ALLOWED_VANISHED
  );
}

/** @returns how many were deleted: what another feed of the source holds too only leaves this one. */
async function deleteRows(
  parts: ListParts,
  feed: PipelineFeed,
  type: string,
  gone: readonly string[],
  known: ReadonlyMap<string, KnownRow>,
): Promise<number> {
  let deleted = 0;
  for (let start = 0; start < gone.length; start += DELETIONS_PER_PAGE) {
    const ids = gone.slice(start, start + DELETIONS_PER_PAGE);
    const elsewhere = await parts.snapshots.heldByOthers(feed, type, ids);
    const records = ids
      .filter((id) => !elsewhere.has(id))
      .map((id) => deletion(feed, type, id, known.get(id)?.version ?? 0, parts.countyClock));
    const more = start + DELETIONS_PER_PAGE < gone.length;
    const load = records.length === 0 ? null : ((await feed.load?.current({ more })) ?? null);
    await parts.pipeline.publish(records, load);
    await parts.snapshots.forget(feed, type, ids);
    deleted += records.length;
  }
  return deleted;
}

function deletion(feed: PipelineFeed, type: string, id: string, version: number, clock: Clock): TypedRecord {
  const nowMs = clock.nowMs();
  const raw = JSON.stringify({ id, vanishedFrom: feed.feed });
  const content = { version, op: 'delete', atMs: nowMs, raw, fields: null } as const;
  return { type, record: { id, source: feed.source, receivedAtMs: nowMs, hash: recordHash(type, content), ...content } };
}

/** Counts the pages as they are read. */
class CountedPages implements AsyncIterable<SourcePage> {
  count = 0;

  constructor(private readonly pages: AsyncIterable<SourcePage>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<SourcePage> {
    for await (const page of this.pages) {
      this.count++;
      yield page;
    }
  }
}

/** Notes which ids a run has brought, the refused ones too. */
class Seen {
  /** Refused rows of which at least the id could be read. */
  refusedWithId = 0;
  private readonly byType = new Map<string, Set<string>>();

  ids(type: string): ReadonlySet<string> {
    return this.byType.get(type) ?? new Set();
  }

  watch(mapper: PipelineFeed['mapper']): PipelineFeed['mapper'] {
    return {
      ...mapper,
      map: (row, raw, rowNumber) => {
        const mapped = mapper.map(row, raw, rowNumber);
        for (const { type, record } of mapped.records) this.note(type, record.id);
        for (const refusal of mapped.refusals) {
          if (refusal.type === null || refusal.recordId === null) continue;
          this.refusedWithId++;
          this.note(refusal.type, refusal.recordId);
        }
        return mapped;
      },
    };
  }

  private note(type: string, id: string): void {
    const ids = this.byType.get(type);
    if (ids) ids.add(id);
    else this.byType.set(type, new Set([id]));
  }
}
