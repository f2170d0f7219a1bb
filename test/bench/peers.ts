import { seededRng } from '@tianyan/kernel';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDataDirectory } from '../product/product.js';
import { assertPeers, DEFAULT_PEERS, runBeside, type Beside } from './peers-beside.js';
import { importToFindings, type ToFindings } from './peers-import.js';
import type { PeersPlatform } from './peers-live.js';
import { parseChange, parseEvent, type PeersChange } from './peers-records.js';
import { Repeats } from './peers-repeats.js';
import { reportPeers } from './peers-report.js';
import { usePlatform } from './peers-stores.js';
import { differing, isRepeated, linesOf, makeStream, type PeersInput, type PeersStream } from './peers-stream.js';
import { progress } from './printed.js';
import { treeCpuMs } from './processes.js';

const RULES = ['R1', 'R2', 'R3', 'R4', 'R5'];
const RUNS = 3;
const BATCHES = 500;

export interface PeersBenchResult {
  events: number;
  imported: ToFindings;
  /** The least of several. */
  sweepMs: number;
  sweepCpuMs: number;
  batch: { p50Ms: number; p99Ms: number; cpuMsPerEvent: number; batches: number };
  /** Alerts that differ from the reference, after the load and after each checked batch. */
  differences: readonly number[];
  /** Alerts of each rule in the last reference: that nothing differs says little of a rule that has none. */
  alerts: readonly { rule: string; count: number }[];
  beside: Beside;
}

/**
 * This platform and then the peers, over the same events, printed. An alert too many or too few, whosever it is, makes the exit code 1.
 * @param beside names of the peers' `run`, or `none`; {@link DEFAULT_PEERS} without it
 */
export async function peers(asked: { seed: number; events: number; beside: readonly string[] | undefined }): Promise<void> {
  const { seed, events, beside = DEFAULT_PEERS } = asked;
  const names = beside.filter((name) => name !== 'none');
  assertPeers(names);
  if (!reportPeers(await benchPeers({ events, batches: BATCHES, seed }, names))) process.exitCode = 1;
}

/** The peers' stream through the import command, through a sweep, and batch by batch; then the peers themselves. */
async function benchPeers(input: PeersInput, names: readonly string[]): Promise<PeersBenchResult> {
  const doing = progress();
  // Kept, because building takes longer than running; the events in it are made anew.
  const work = join(tmpdir(), 'tianyan-bench-peers');
  const directory = newDataDirectory('peers');
  try {
    doing('makes the events and the reference');
    const stream = makeStream(work, input);
    doing('imports a table, and judges it');
    const imported = await importToFindings(directory, stream);
    doing('loads, sweeps, takes batches');
    const judgement = await usePlatform(join(directory, 'platform'), (platform) => judged(platform, stream, input));
    const beside = await runBeside(names, { work, input, progress: doing });
    return { events: input.events, imported, ...judgement, alerts: countByRule(stream.reference(input.batches)), beside };
  } finally {
    await rm(directory, { recursive: true, force: true });
    await rm(join(work, 'data'), { recursive: true, force: true });
  }
}

async function judged(
  platform: PeersPlatform,
  stream: PeersStream,
  { seed }: PeersInput,
): Promise<Pick<PeersBenchResult, 'sweepMs' | 'sweepCpuMs' | 'batch' | 'differences'>> {
  await platform.load(linesOf(stream.arriving).map(parseEvent));
  const sweeps = [];
  for (let run = 0; run < RUNS; run++) sweeps.push(await platform.sweep());
  await platform.judgeAll();
  const differences = [
    differing(sweeps[0]?.alerts ?? new Set(), stream.reference(0)),
    differing(await platform.alerts(), stream.reference(0)),
  ];
  const repeated = linesOf(stream.load).filter((_line, index) => isRepeated(index));
  const batch = await liveBatches(platform, stream, new Repeats(repeated.map(parseEvent), seededRng(seed)), differences);
  const sweepMs = Math.min(...sweeps.map(({ ms }) => ms));
  return { sweepMs, sweepCpuMs: Math.min(...sweeps.map(({ cpuMs }) => cpuMs)), batch, differences };
}

async function liveBatches(
  platform: PeersPlatform,
  stream: PeersStream,
  repeats: Repeats,
  differences: number[],
): Promise<PeersBenchResult['batch']> {
  const byBatch = Map.groupBy(linesOf(stream.changes).map(parseChange), ({ b }: PeersChange) => b);
  const times: number[] = [];
  let events = 0;
  let cpuMs = 0;
  // Not for each batch: to look through all processes takes some milliseconds of processor.
  let cpuBeforeMs = treeCpuMs(process.pid);
  for (const [number, changes] of byBatch) {
    const batch = await platform.batch(changes, repeats.next());
    times.push(batch.ms);
    events += batch.sent.length;
    for (const records of batch.sent) repeats.note(records);
    if (!stream.checked.includes(number)) continue;
    cpuMs += treeCpuMs(process.pid) - cpuBeforeMs;
    differences.push(differing(await platform.alerts(), stream.reference(number)));
    cpuBeforeMs = treeCpuMs(process.pid);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), cpuMsPerEvent: cpuMs / events, batches: times.length };
}

function countByRule(reference: string): PeersBenchResult['alerts'] {
  const alerts = linesOf(reference);
  return RULES.map((rule) => ({ rule, count: alerts.filter((alert) => alert.startsWith(`${rule}\t`)).length }));
}
