import { isNewer, type Rank } from './batch.js';
import type { Incoming } from './incoming.js';
import type { KnownRow } from './known-rows.js';

/** The newest version of each id, among the rows that are known and those that come. */
export function newestOf(incoming: readonly Incoming[], known: ReadonlyMap<string, readonly KnownRow[]>): Map<string, Rank> {
  const newest = new Map<string, Rank>();
  const offer = (id: string, rank: Rank) => {
    const best = newest.get(id);
    if (!best || isNewer(rank, best)) newest.set(id, rank);
  };
  for (const record of incoming) {
    if (!newest.has(record.id)) for (const row of known.get(record.id) ?? []) offer(record.id, row);
    offer(record.id, record);
  }
  return newest;
}

/** Lines of one insert into the record log. */
export interface InsertPlan {
  lines: string[];
  tombstones: number;
}

/**
 * The one insert of a batch: every version that came, the newest of its id alive and all others dead from the start;
 * and a dead full copy of every known row that is not the newest.
 *
 * Why nothing here depends on order, repeats or a second writer: a row is only ever written dead because a newer version
 * of its id exists, and that stays true for ever; a dead row beats its own live one and loses to every newer version
 * (see `ver` in schema/columns.ts). So each table is the same whatever the order of the inserts, and a repeat with other
 * cuts only adds what is there already.
 */
export function planInsert(
  batch: string,
  incoming: readonly Incoming[],
  known: ReadonlyMap<string, readonly KnownRow[]>,
): InsertPlan {
  const newest = newestOf(incoming, known);
  const batchText = JSON.stringify(batch);
  const lines = incoming.map((record) => {
    const isLive = record.op === 'upsert' && isSame(newest.get(record.id), record);
    const value = record.message.value;
    return `{"batch":${batchText},"streamOffset":${record.streamOffset},"deleted":${isLive ? 0 : 1},${value.slice(1)}`;
  });
  let tombstones = 0;
  for (const [id, best] of newest) {
    for (const row of known.get(id) ?? []) {
      if (isSame(best, row)) continue;
      tombstones++;
      lines.push(`{"batch":${batchText},"deleted":1,"tombstone":1,${row.copy.slice(1)}`);
    }
  }
  return { lines, tombstones };
}

function isSame(a: Rank | undefined, b: Rank): boolean {
  return a !== undefined && a.version === b.version && a.streamOffset === b.streamOffset;
}
