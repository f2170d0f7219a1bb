import type { EpochMs } from '@tianyan/kernel';
import { LIVE_STARTS, PAST_STARTS } from '../options.js';
import type { SandboxWorld } from '../sandbox.js';
import { slotsAfter, isDroppedTwice } from '../upstreams/assets/exporter.js';
import type { Faults } from '../upstreams/faults.js';
import type { FeedName } from '../upstreams/hotline/timeline.js';
import type { TradingFeed } from '../upstreams/trading/routes.js';
import { FILE_KINDS } from '../upstreams/assets/rows.js';
import type { LedgerKind } from '../world/ledger.js';

/** What the upstream systems have done wrong up to an instant, for tests that check counts. */
export interface NastinessCounts {
  atMs: EpochMs;
  hotline: Record<FeedName, Record<string, number>>;
  assets: {
    rows: number;
    malformed: number;
    corrected: number;
    deleted: number;
    filesDroppedTwice: number;
    silentVillage: string;
    silentSinceDay: string;
  };
  trading: { changes: number; malformed: number; deleted: number };
  answers: Faults['done'];
}

/**
 * Counts rows by variant. `malformed` is what belongs in quarantine once the feed has been read to the end: every such flow
 * row is served once; of malformed order snapshots only those that no later snapshot had replaced when they were read
 * (`malformed` counts those visible at the instant, `malformedEver` all).
 */
export function countNastiness(
  world: SandboxWorld,
  feed: TradingFeed,
  faults: Faults,
  atMs: EpochMs,
  silentSinceDay: string,
): NastinessCounts {
  const hotline = { flows: countFeed(world, 'flows', atMs), orders: countFeed(world, 'orders', atMs) };
  const assets = {
    rows: 0,
    malformed: 0,
    corrected: 0,
    deleted: 0,
    filesDroppedTwice: 0,
    silentVillage: world.ledgers.silentVillageCode,
    silentSinceDay,
  };
  for (const slot of slotsAfter(PAST_STARTS - 1, Math.max(atMs, 0))) {
    if (slot.days[0] !== undefined && slot.days[0] >= LIVE_STARTS && slot.atMs > atMs) break;
    const rows = slot.days.flatMap((day) => [...world.ledgers.ledger.rowsOf(day)]);
    for (const row of rows) {
      assets.rows++;
      if (row.malformed) assets.malformed++;
      if (row.corrected) assets.corrected++;
      if (row.deleted) assets.deleted++;
    }
    for (const kind of Object.keys(FILE_KINDS) as LedgerKind[])
      if (rows.some((row) => row.kind === kind && !row.malformed) && isDroppedTwice(world.seed, kind, slot))
        assets.filesDroppedTwice++;
  }
  const trading = { changes: 0, malformed: 0, deleted: 0 };
  for (const { change } of feed.after(0, atMs)) {
    trading.changes++;
    if (change.malformed) trading.malformed++;
    if (change.op === 'DELETE') trading.deleted++;
  }
  return { atMs, hotline, assets, trading, answers: { ...faults.done } };
}

function countFeed(world: SandboxWorld, name: FeedName, atMs: EpochMs): Record<string, number> {
  const counts: Record<string, number> = { rows: 0, late: 0, future: 0, malformed: 0, malformedEver: 0 };
  for (const { publication, entry, life } of world.hotline.published(name, atMs)) {
    const visible = entry.replacedAtMs > atMs;
    if (visible) counts.rows = (counts.rows ?? 0) + 1;
    if (publication.variant === 'malformed') {
      counts.malformedEver = (counts.malformedEver ?? 0) + 1;
      if (visible) counts.malformed = (counts.malformed ?? 0) + 1;
    } else if (publication.variant !== 'plain' && visible) {
      counts[publication.variant] = (counts[publication.variant] ?? 0) + 1;
    }
    const event = life.events[publication.eventIndex];
    if (name !== 'flows' || !event || publication.variant !== 'plain') continue;
    if (publication.publishedAtMs - event.atMs > 10 * 60_000) counts.late = (counts.late ?? 0) + 1;
    if (publication.publishedAtMs < event.atMs) counts.future = (counts.future ?? 0) + 1;
  }
  return counts;
}
