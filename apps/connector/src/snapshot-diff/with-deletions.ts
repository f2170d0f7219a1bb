import type { TypedRecord } from '@tianyan/contracts';
import { contentHash, RefusedError, type Clock } from '@tianyan/kernel';
import type { Pipeline, PipelineFeed } from '../pipeline/pipeline.js';
import type { SourcePage } from '../pipeline/row.js';
import type { RunResult } from '../store/source-store.js';
import type { SnapshotStore } from './snapshot-store.js';

/**
 * Largest share of a full export that may vanish at once. More looks like half a file, and deleting half a ledger would
 * withdraw findings that hold.
 */
export const MAX_VANISHED_SHARE = 0.3;
/** So few may vanish whatever their share: a list of three may lose two. */
export const ALWAYS_ALLOWED_VANISHED = 20;

/**
 * Runs a full export: changed rows become new versions, rows that are known but no longer there become deletions.
 * While a row stands in quarantine without an id nobody knows which record it is, so nothing is deleted in that run.
 */
export async function withDeletions(
  parts: { pipeline: Pipeline; snapshots: SnapshotStore; countyClock: Clock },
  feed: PipelineFeed,
  pages: AsyncIterable<SourcePage>,
): Promise<RunResult> {
  const seen = new Seen();
  const counts = await parts.pipeline.run({ ...feed, mapper: seen.watch(feed.mapper) }, pages);
  if (counts.refused > seen.refusedWithId) return counts;
  for (const type of feed.mapper.types) counts.accepted += await deleteVanished(parts, feed, type, seen.ids(type));
  return counts;
}

async function deleteVanished(
  parts: { pipeline: Pipeline; snapshots: SnapshotStore; countyClock: Clock },
  feed: PipelineFeed,
  type: string,
  seen: ReadonlySet<string>,
): Promise<number> {
  const known = await parts.snapshots.versions(feed.source, type);
  const vanished = [...known].filter(([id]) => !seen.has(id));
  if (vanished.length === 0) return 0;
  if (vanished.length > ALWAYS_ALLOWED_VANISHED && vanished.length > known.size * MAX_VANISHED_SHARE)
    throw new RefusedError(
      'invalid',
      `本次全量数据比已知少了 ${vanished.length} 条（共 ${known.size} 条），像是不完整，没有删除任何记录。请检查上游导出。`,
    );
  await parts.pipeline.publish(vanished.map(([id, version]) => deletion(feed, type, id, version, parts.countyClock)));
  await parts.snapshots.forget(
    feed.source,
    type,
    vanished.map(([id]) => id),
  );
  return vanished.length;
}

function deletion(feed: PipelineFeed, type: string, id: string, version: number, clock: Clock): TypedRecord {
  const nowMs = clock.nowMs();
  const raw = JSON.stringify({ id, vanishedFrom: feed.feed });
  return {
    type,
    record: {
      id,
      source: feed.source,
      version,
      op: 'delete',
      atMs: nowMs,
      receivedAtMs: nowMs,
      hash: contentHash(raw),
      raw,
      fields: null,
    },
  };
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
      map: (row, raw) => {
        const mapped = mapper.map(row, raw);
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
