import type { PeerFigures } from './peers-beside.js';
import type { Ran } from './peers-import.js';
import type { PeersBenchResult } from './peers.js';
import { aim, gigabytes, perSecond, say as toTerminal, seconds, whole } from './printed.js';

/** Aims: those of an engine that keeps everything durable, beside engines that keep nothing. */
const AIMS = {
  toFindingsPerSecond: 15_000,
  cpuMsPerRecord: 0.1,
  peakBytes: 1.5 * 1024 ** 3,
  sweepMs: 600,
  p50Ms: 25,
  p99Ms: 60,
  cpuMsPerEvent: 0.25,
};

/** What is ours as a share of what is theirs. */
interface Ratio {
  /** Names of `run`; of several that are there, the best counts. */
  of: readonly string[];
  figure: 'loadedPerSecond' | 'p50Ms' | 'p99Ms' | 'cpuMsPerEvent';
  /** More is better: at least so many times theirs. */
  atLeast?: number;
  /** Less is better: at most so many times theirs. */
  atMost?: number;
}

const CHDB_LIVE = ['live chdb g1024', 'live chdb g128 t1'];
const RATIOS: readonly Ratio[] = [
  { of: ['flink mem'], figure: 'loadedPerSecond', atLeast: 4 },
  { of: ['esper mem'], figure: 'loadedPerSecond', atLeast: 4 },
  { of: ['duckdb'], figure: 'loadedPerSecond', atLeast: 0.5 },
  { of: ['chdb'], figure: 'loadedPerSecond' },
  // Written by hand for these five rules, on the same engine.
  { of: CHDB_LIVE, figure: 'p50Ms', atMost: 1 / 2 },
  { of: CHDB_LIVE, figure: 'cpuMsPerEvent', atMost: 1 / 3 },
  { of: ['live dbsp'], figure: 'p50Ms' },
  { of: ['live dbsp'], figure: 'cpuMsPerEvent' },
  { of: ['live node'], figure: 'p50Ms' },
  { of: ['live node'], figure: 'cpuMsPerEvent' },
];

const FIGURES: Readonly<Record<Ratio['figure'], string>> = {
  loadedPerSecond: 'sweep, loaded',
  p50Ms: 'batch, p50',
  p99Ms: 'batch, p99',
  cpuMsPerEvent: 'processor an event',
};

type Say = (text: string) => void;

function eventsPerSecond(count: number): string {
  return `${whole(Math.round(count))} events/s`;
}

/** Prints it; false where an alert of ours or of a peer is missing or too many. */
export function reportPeers(result: PeersBenchResult, say: Say = toTerminal): boolean {
  const { events, imported, alerts } = result;
  const records = whole(imported.records);
  say(`\nThe peers' stream, ${whole(events)} events, which become ${records} records; rules R1 to R5`);
  say('  ours out of order and each 50th event twice, before and among the batches; the peers’ in order and once');
  reportImport(result, say);
  reportJudging(result, say);
  const differing = [imported.differences, ...result.differences];
  const ours = differing.every((count) => count === 0);
  say(
    `  alerts that differ from the reference, of the import, the sweep, what it stored, and three times on the way: ${differing.join(', ')}${aim(ours, '0')}`,
  );
  say(`    alerts in the end     ${alerts.map(({ rule, count: some }) => `${rule} ${whole(some)}`).join(', ')}`);
  return reportBeside(result, say) && ours;
}

function reportImport({ events, imported }: PeersBenchResult, say: Say): void {
  const { records, import: taken, judging } = imported;
  const rate = events / ((taken.ms + judging.ms) / 1_000);
  const perRecord = (taken.cpuMs + judging.cpuMs) / records;
  const peakBytes = Math.max(taken.peakBytes, judging.peakBytes);
  const part = (name: string, { ms, cpuMs, peakBytes: peak }: Ran, what: string) =>
    `    ${name.padEnd(22)}${what}; processor a record ${(cpuMs / records).toFixed(3)} ms, memory ${gigabytes(peak)}, ${seconds(ms)}`;
  say(`  from a table to findings ${eventsPerSecond(rate)}${aim(rate >= AIMS.toFindingsPerSecond, '≥ 15,000/s')}`);
  say(`    processor a record    ${perRecord.toFixed(3)} ms${aim(perRecord <= AIMS.cpuMsPerRecord, '≤ 0.1 ms')}`);
  say(`    memory, peak          ${gigabytes(peakBytes)}${aim(peakBytes <= AIMS.peakBytes, '≤ 1.5 GB')}`);
  say(part('import of a table', taken, perSecond(records / (taken.ms / 1_000))));
  say(part('judging of everything', judging, eventsPerSecond(events / (judging.ms / 1_000))));
}

function reportJudging({ sweepMs, sweepCpuMs, batch }: PeersBenchResult, say: Say): void {
  const { batches, p50Ms, p99Ms, cpuMsPerEvent } = batch;
  say(
    `  sweep, loaded           ${(sweepMs / 1_000).toFixed(2)} s${aim(sweepMs <= AIMS.sweepMs, '≤ 0.6 s')}; processor ${seconds(sweepCpuMs)}`,
  );
  say(
    `  ${batches} batches of 100       p50 ${p50Ms.toFixed(1)} ms${aim(p50Ms <= AIMS.p50Ms, '≤ 25')}, p99 ${p99Ms.toFixed(1)} ms${aim(p99Ms <= AIMS.p99Ms, '≤ 60')}`,
  );
  say(`    processor an event    ${cpuMsPerEvent.toFixed(3)} ms${aim(cpuMsPerEvent <= AIMS.cpuMsPerEvent, '≤ 0.25 ms')}`);
}

function reportBeside(result: PeersBenchResult, say: Say): boolean {
  const { figures, leftOut } = result.beside;
  if (figures.length + leftOut.length === 0) return true;
  say('\nThe peers beside it, medians: events/s from a file and from what is loaded; a batch of 100; memory');
  for (const peer of figures) say(`  ${peer.name.padEnd(18)}${figuresOf(peer)}${aim(peer.isIdentical, 'alerts identical')}`);
  for (const { name, reason } of leftOut) say(`  ${name.padEnd(18)}left out: ${reason}`);
  say('  Ours ÷ theirs');
  for (const ratio of ratiosOf(result))
    say(`    ${ratio.text.padEnd(72)}${ratio.value.toFixed(2)}${ratio.met === null ? '' : aim(ratio.met, ratio.wanted)}`);
  return figures.every(({ isIdentical }) => isIdentical);
}

function figuresOf({ filePerSecond, loadedPerSecond, p50Ms, p99Ms, cpuMsPerEvent, megabytes }: PeerFigures): string {
  const known = [
    filePerSecond !== undefined && `file ${eventsPerSecond(filePerSecond)}`,
    loadedPerSecond !== undefined && `loaded ${eventsPerSecond(loadedPerSecond)}`,
    p50Ms !== undefined && `p50 ${p50Ms.toFixed(1)} ms`,
    p99Ms !== undefined && `p99 ${p99Ms.toFixed(1)} ms`,
    cpuMsPerEvent !== undefined && `processor an event ${cpuMsPerEvent.toFixed(3)} ms`,
    megabytes !== undefined && `${whole(megabytes)} MB`,
  ];
  return known.filter((text) => text !== false).join(', ');
}

/** What can be said of those that ran; `met` is null where nothing is aimed at. */
export function ratiosOf({
  events,
  sweepMs,
  batch,
  beside,
}: Pick<PeersBenchResult, 'events' | 'sweepMs' | 'batch' | 'beside'>): readonly {
  text: string;
  value: number;
  wanted: string;
  met: boolean | null;
}[] {
  const ours: Readonly<Record<Ratio['figure'], number>> = { ...batch, loadedPerSecond: events / (sweepMs / 1_000) };
  return RATIOS.flatMap(({ of, figure, atLeast, atMost }) => {
    const known = beside.figures.flatMap((peer) => (of.includes(peer.name) ? (peer[figure] ?? []) : []));
    if (known.length === 0) return [];
    const value = ours[figure] / (figure === 'loadedPerSecond' ? Math.max(...known) : Math.min(...known));
    const met = atLeast !== undefined ? value >= atLeast : atMost !== undefined ? value <= atMost : null;
    const wanted = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost.toFixed(2)}` : '';
    return [{ text: `${FIGURES[figure]} ÷ ${of.length > 1 ? `the best of ${of.join(', ')}` : of[0]}`, value, wanted, met }];
  });
}
