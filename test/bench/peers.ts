import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { findingsMigrations } from '@tianyan/findings';
import { migrate, openPool } from '@tianyan/postgres';
import { startEmbeddedPostgres } from '@tianyan/runtime';
import { sourcesMigrations } from '@tianyan/sources';
import { ensureReferenceTable, ensureTables, openEmbeddedWarehouse } from '@tianyan/warehouse';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { importEvents, type Imported } from './peers-import.js';
import { PeersPlatform } from './peers-live.js';
import { parseChange, parseEvent, type PeersChange } from './peers-records.js';
import { treeCpuMs } from './processes.js';

/** The folder of the peers, beside the repository; who has none cannot run this part. */
const PEERS = resolve('..', 'shared', 'peers');
const RULES = ['R1', 'R2', 'R3', 'R4', 'R5'];
const RUNS = 3;

export interface PeersBenchResult {
  events: number;
  imported: Imported;
  /** The least of several. */
  sweepMs: number;
  sweepCpuMs: number;
  batch: { p50Ms: number; p99Ms: number; cpuMsPerEvent: number; batches: number };
  /** Alerts that differ from the reference, after the load and after each checked batch. */
  differences: readonly number[];
  /** Alerts of each rule in the last reference: that nothing differs says little of a rule that has none. */
  alerts: readonly { rule: string; count: number }[];
}

/** The peers' stream through the import command, through a sweep, and batch by batch. */
export async function benchPeers(input: { events: number; batches: number; seed: number }): Promise<PeersBenchResult> {
  if (!existsSync(join(PEERS, 'gen.py'))) throw new RangeError(`the peers are not there: ${PEERS}`);
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-peers-'));
  // Run by root, the server runs as another user, who must reach its folder.
  await chmod(directory, 0o711);
  try {
    const stream = makeStream(directory, input);
    const imported = await importEvents(directory, join(stream, 'load.ndjson'));
    const judgement = await judged(directory, stream, input.batches);
    return { events: input.events, imported, ...judgement, alerts: countByRule(join(stream, `ref-${input.batches}.txt`)) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As the peers' own `run` makes it. */
function makeStream(directory: string, { events, batches, seed }: { events: number; batches: number; seed: number }): string {
  const python = (script: string, ...args: string[]) =>
    execFileSync('python3', [join(PEERS, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const all = join(directory, 'all.ndjson');
  python('gen.py', String(seed), String(events + batches * 97), all);
  python('changes.py', all, String(events), String(batches), directory);
  for (const state of checked(batches))
    python('ref.py', join(directory, `state-${state}.ndjson`), join(directory, `ref-${state}.txt`));
  python('ref.py', join(directory, 'load.ndjson'), join(directory, 'ref-0.txt'));
  return directory;
}

function checked(batches: number): readonly number[] {
  return [Math.floor(batches / 5), Math.floor(batches / 2), batches];
}

async function judged(
  directory: string,
  stream: string,
  batches: number,
): Promise<Pick<PeersBenchResult, 'sweepMs' | 'sweepCpuMs' | 'batch' | 'differences'>> {
  const logger = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), password: 'bench', logger });
  await migrate({ databaseUrl: postgres.url, sets: [sourcesMigrations, findingsMigrations], logger });
  const pool = openPool({ databaseUrl: postgres.url, maxConnections: 10, onIdleCut: () => undefined });
  const warehouse = await openEmbeddedWarehouse({ directory: join(directory, 'clickhouse') });
  try {
    await ensureTables(warehouse, builtInCatalogue);
    await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
    await warehouse.insertLines(CALENDAR_TABLE, calendarLines(new WorkingCalendar(builtInHolidays()), 1), 'calendar');
    const platform = new PeersPlatform(pool, warehouse);
    await platform.load(linesOf(join(stream, 'load.ndjson')).map(parseEvent));
    const sweeps = [];
    for (let run = 0; run < RUNS; run++) sweeps.push(await platform.sweep());
    const differences = [differing(sweeps[0]?.alerts ?? new Set(), join(stream, 'ref-0.txt'))];
    await platform.judgeAll();
    const batch = await liveBatches(platform, stream, batches, differences);
    const sweepMs = Math.min(...sweeps.map(({ ms }) => ms));
    return { sweepMs, sweepCpuMs: Math.min(...sweeps.map(({ cpuMs }) => cpuMs)), batch, differences };
  } finally {
    await pool.end();
    await warehouse.close();
    await postgres.stop();
  }
}

async function liveBatches(
  platform: PeersPlatform,
  stream: string,
  batches: number,
  differences: number[],
): Promise<PeersBenchResult['batch']> {
  const byBatch = Map.groupBy(linesOf(join(stream, 'changes.ndjson')).map(parseChange), ({ b }: PeersChange) => b);
  const times: number[] = [];
  let events = 0;
  let cpuMs = 0;
  for (const [number, changes] of byBatch) {
    const cpuBeforeMs = treeCpuMs(process.pid);
    const batch = await platform.batch(changes);
    cpuMs += treeCpuMs(process.pid) - cpuBeforeMs;
    times.push(batch.ms);
    events += batch.events;
    if (checked(batches).includes(number))
      differences.push(differing(await platform.alerts(), join(stream, `ref-${number}.txt`)));
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), cpuMsPerEvent: cpuMs / events, batches: times.length };
}

function differing(alerts: ReadonlySet<string>, reference: string): number {
  const wanted = new Set(linesOf(reference));
  const missing = [...wanted].filter((alert) => !alerts.has(alert)).length;
  return missing + [...alerts].filter((alert) => !wanted.has(alert)).length;
}

function countByRule(reference: string): PeersBenchResult['alerts'] {
  const alerts = linesOf(reference);
  return RULES.map((rule) => ({ rule, count: alerts.filter((alert) => alert.startsWith(`${rule}\t`)).length }));
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}
