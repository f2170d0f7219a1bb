import { seededRng, type Rng } from '@tianyan/kernel';
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEvent } from './peers-records.js';

/** The folder of the peers, beside the repository; who has none cannot run this part. */
export const PEERS = resolve('..', 'shared', 'peers');

export interface PeersInput {
  events: number;
  batches: number;
  seed: number;
}

/** What has happened, what changes afterwards, and which alerts are right. */
export interface PeersStream {
  /** What is loaded, in the order in which it happened. */
  load: string;
  /** The same as it arrives: see {@link arrivals}. */
  arriving: string;
  changes: string;
  /** After which batches there is a reference. */
  checked: readonly number[];
  /** The right alerts after so many batches; 0: after the load. */
  reference: (batch: number) => string;
}

/**
 * As the peers' own `run` makes it and where it looks for it, so that all take the same bytes.
 * @param work the folder of `run`; what stood below its `data` is gone
 */
export function makeStream(work: string, { events, batches, seed }: PeersInput): PeersStream {
  if (!existsSync(join(PEERS, 'gen.py'))) throw new RangeError(`the peers are not there: ${PEERS}`);
  const python = (script: string, ...args: string[]) =>
    execFileSync('python3', [join(PEERS, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const data = join(work, 'data');
  const folder = join(data, `stream-${seed}-${events}-${batches}`);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [all, load] = [join(folder, 'all.ndjson'), join(data, `ev-${seed}-${events}.ndjson`)];
  python('gen.py', String(seed), String(events + batches * 97), all);
  python('changes.py', all, String(events), String(batches), folder);
  linkSync(join(folder, 'load.ndjson'), load);
  const checked = [Math.floor(batches / 5), Math.floor(batches / 2), batches];
  // `run` compares the alerts of the stream with every reference that lies in its folder: that of the load lies outside.
  const reference = (batch: number) => (batch === 0 ? join(data, `ref-${seed}-${events}.txt`) : join(folder, `ref-${batch}.txt`));
  python('ref.py', load, reference(0));
  for (const batch of checked) python('ref.py', join(folder, `state-${batch}.ndjson`), reference(batch));
  writeFileSync(join(folder, 'ok'), '');
  const arriving = join(data, 'arriving.ndjson');
  const lines = linesOf(load).map((line) => ({ line, atMs: Date.parse(parseEvent(line).at) }));
  writeFileSync(
    arriving,
    `${arrivals(lines, seededRng(seed))
      .map(({ line }) => line)
      .join('\n')}\n`,
  );
  return { load, arriving, changes: join(folder, 'changes.ndjson'), checked, reference };
}

/** Every so manieth event is sent twice. */
export const REPEATED_EACH = 50;
/** So late an event may come, others before it: a system that hands over a day at a time orders it by something else. */
const LATE_WITHIN_MS = 24 * 3_600_000;
/** So much later it may come once more: a source that was away sends its last days again. */
const REPEATED_WITHIN_MS = 7 * 24 * 3_600_000;

/** Out of order as sources send, and each 50th twice. */
export function arrivals<Event extends { atMs: number }>(events: readonly Event[], rng: Rng): Event[] {
  const sent = events.flatMap((event, index) => {
    const arrivesMs = event.atMs + rng.next() * LATE_WITHIN_MS;
    const once = { event, arrivesMs };
    return isRepeated(index) ? [once, { event, arrivesMs: arrivesMs + rng.next() * REPEATED_WITHIN_MS }] : [once];
  });
  return sent.toSorted((a, b) => a.arrivesMs - b.arrivesMs).map(({ event }) => event);
}

/** @param index of an event, from 0 */
export function isRepeated(index: number): boolean {
  return index % REPEATED_EACH === REPEATED_EACH - 1;
}

/** Alerts that are missing and alerts that are too many. */
export function differing(alerts: ReadonlySet<string>, reference: string): number {
  const wanted = new Set(linesOf(reference));
  const missing = [...wanted].filter((alert) => !alerts.has(alert)).length;
  return missing + [...alerts].filter((alert) => !wanted.has(alert)).length;
}

export function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}
