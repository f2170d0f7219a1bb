import { isNewer, loadOf, partName, type Rank, type WriterBatch } from './batch.js';
import type { Line } from '../line.js';
import { lineOf, type Incoming } from './incoming.js';
import type { KnownRow } from './known-rows.js';

type KnownRows = ReadonlyMap<string, readonly KnownRow[]>;

/** The one insert of a batch, as lines for the record log. */
export interface InsertPlan {
  lines: Line[];
  tombstones: number;
}

/**
 * Every version that came, the newest of its id alive and all others dead from the start; and a dead full copy of every
 * known row that is not the newest.
 *
 * Why nothing here depends on order, repeats, cuts or a second writer: a row is written dead only because a newer version
 * of its id exists, which stays true for ever; a dead row beats its own live one and loses to every newer version (see
 * `ver` in schema/columns.ts). Each table is therefore the same whatever the order of the inserts.
 */
export function planInsert(batch: WriterBatch, incoming: readonly Incoming[], known: KnownRows): InsertPlan {
  const newest = newestOf(incoming, known);
  const nameTexts = new Map<string | null, string>();
  const lines = incoming.map((record) => {
    const isLive = record.op === 'upsert' && isSame(newest.get(record.id), record);
    const load = loadOf(record.message);
    const name = nameTexts.get(load) ?? JSON.stringify(partName(batch, load));
    nameTexts.set(load, name);
    return lineOf(record, `"batch":${name},"streamOffset":${record.streamOffset},"deleted":${isLive ? 0 : 1},`);
  });
  const dead = [...newest].flatMap(([id, best]) =>
    (known.get(id) ?? []).filter((row) => !isSame(best, row) && !isSettled(row, batch)),
  );
  const names = dead.length === 0 ? null : partNames(batch, incoming);
  for (const row of dead) lines.push(tombstoneLine(row, JSON.stringify(names?.get(row.id))));
  return { lines, tombstones: dead.length };
}

/**
 * By id, the name under which the batch kills rows of it: that of the newest version that came. If a load brought it, the
 * row's scope looks as it does because of that load.
 */
export function partNames(batch: WriterBatch, incoming: readonly Incoming[]): Map<string, string> {
  const newest = new Map<string, Incoming>();
  for (const record of incoming) {
    const best = newest.get(record.id);
    if (!best || isNewer(record, best)) newest.set(record.id, record);
  }
  return new Map([...newest].map(([id, { message }]) => [id, partName(batch, loadOf(message))]));
}

/** Dead copies of rows that are alive although a newer version of their id is known; `nameOf` says under which batch. */
export function planRepair(nameOf: (id: string) => string, known: KnownRows): InsertPlan {
  const lines: Line[] = [];
  for (const rows of known.values()) {
    const best = rows.reduce((newest, row) => (isNewer(row, newest) ? row : newest));
    for (const row of rows)
      if (row.deleted === 0 && !isSame(best, row)) lines.push(tombstoneLine(row, JSON.stringify(nameOf(row.id))));
  }
  return { lines, tombstones: lines.length };
}

/** The newest version of each id, among the rows that are known and those that come. */
function newestOf(incoming: readonly Incoming[], known: KnownRows): Map<string, Rank> {
  const newest = new Map<string, Rank>();
  for (const record of incoming) {
    const candidates: readonly Rank[] = newest.has(record.id) ? [record] : [...(known.get(record.id) ?? []), record];
    for (const candidate of candidates) {
      const best = newest.get(record.id);
      if (!best || isNewer(candidate, best)) newest.set(record.id, candidate);
    }
  }
  return newest;
}

function tombstoneLine(row: KnownRow, batchText: string): string {
  return `{"batch":${batchText},"deleted":1,"tombstone":1,${row.copy.slice(1)}`;
}

function isSame(a: Rank | undefined, b: Rank): boolean {
  return a !== undefined && a.version === b.version && a.streamOffset === b.streamOffset;
}

/**
 * Whether a dead row needs no further tombstone: it was killed by a batch of the same partition that ends before this one
 * begins. The stream hands out nothing behind an offset that is not committed, and an offset is committed after its batch
 * is in every table and announced. A tombstone of a batch that may not have got so far is written again, because this
 * batch must name its scope. (Without this, the n-th version of a record would bring n − 1 tombstones.)
 */
function isSettled(row: KnownRow, batch: WriterBatch): boolean {
  if (row.deleted === 0) return false;
  // The parts of a batch, that of a load too, are inserted and announced together.
  const whole = row.batch.replace(/^load\/[^/]*\//, '');
  if (!whole.startsWith(`${batch.topic}/${batch.partition}/`)) return false;
  const last = Number(row.batch.slice(row.batch.lastIndexOf('-') + 1));
  return last < batch.messages[0].offset;
}
