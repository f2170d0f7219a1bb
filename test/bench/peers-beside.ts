import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { PEERS, type PeersInput } from './peers-stream.js';
import { processes, processesBelow } from './processes.js';

/** Names of the peers' `run`, and what has to be installed for each. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  esper: ['java', 'javac', 'mvn'],
  flink: ['java', 'javac', 'mvn'],
  duckdb: ['python3'],
  chdb: ['python3'],
  dbsp: ['cargo'],
  differential: ['cargo'],
  node: ['node'],
  pathway: ['python3'],
  'live:dbsp': ['cargo'],
  'live:differential': ['cargo'],
  'live:node': ['node'],
  'live:chdb': ['python3'],
  'live:pathway': ['python3'],
};

export const DEFAULT_PEERS: readonly string[] = ['esper', 'flink', 'duckdb', 'chdb', 'live:dbsp', 'live:node', 'live:chdb'];

/** Of each, the median is taken. */
const REPEATS = 3;
/** One peer with all its repeats; to build Flink or DBSP for the first time takes ten minutes on two cores. */
const PEER_LIMIT_MS = 45 * 60_000;
/** The end of a complaint says what was wrong. */
const COMPLAINT_CHARS = 200;

/** What one way of a peer has shown, a median each. */
export interface PeerFigures {
  /** As `run` calls it: `flink mem`, `live chdb g1024`. */
  name: string;
  runs: number;
  /** From a file to alerts, events a second. */
  filePerSecond?: number | undefined;
  /** From what is in memory or in a table to alerts, events a second. */
  loadedPerSecond?: number | undefined;
  p50Ms?: number | undefined;
  p99Ms?: number | undefined;
  cpuMsPerEvent?: number | undefined;
  megabytes?: number | undefined;
  /** In each run the alerts were those of the reference. */
  isIdentical: boolean;
}

export interface Beside {
  figures: readonly PeerFigures[];
  /** Who was asked for and has shown nothing, and why. */
  leftOut: readonly { name: string; reason: string }[];
}

/** Throws RangeError for a name that the peers do not know. */
export function assertPeers(names: readonly string[]): void {
  const unknown = names.filter((name) => NEEDS[name] === undefined);
  if (unknown.length > 0) throw new RangeError(`no peer ${unknown.join(', ')}; there are ${Object.keys(NEEDS).join(', ')}`);
}

/**
 * The peers one after the other, by their own `run`, over the stream that lies in `work`. Who cannot be built, started or read is left
 * out, with the reason.
 */
export async function runBeside(
  names: readonly string[],
  { work, input, progress }: { work: string; input: PeersInput; progress: (text: string) => void },
): Promise<Beside> {
  const program = join(await writableCopy(work), 'run');
  const figures: PeerFigures[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const name of names) {
    const missing = (NEEDS[name] ?? []).filter((command) => !isInstalled(command));
    if (missing.length > 0) {
      leftOut.push({ name, reason: `${missing.join(', ')} is not installed` });
      continue;
    }
    progress(`${name}, ${REPEATS} times`);
    const { code, said, complaint } = await run(program, name, { work, input });
    const read = readRuns(said);
    figures.push(...read.figures);
    for (const way of read.without) leftOut.push({ name: way, reason: 'a run has printed no figures' });
    if (code !== 0 || read.figures.length === 0) leftOut.push({ name, reason: `ended with ${code}: ${complaint}` });
  }
  return { figures, leftOut };
}

/** `run` copies its folder with its modes and builds in the copy: from a folder that is closed to writing it could not. */
async function writableCopy(work: string): Promise<string> {
  const copy = join(work, 'source');
  await mkdir(work, { recursive: true });
  await rm(copy, { recursive: true, force: true });
  await cp(PEERS, copy, { recursive: true });
  await chmod(copy, 0o755);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  return copy;
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

async function run(
  program: string,
  name: string,
  { work, input }: { work: string; input: PeersInput },
): Promise<{ code: number | string; said: string; complaint: string }> {
  const { events, seed, batches } = input;
  const child = spawn('bash', [program, String(events), String(seed), String(REPEATS), name], {
    // Some leave their tables behind, where they go with the events.
    env: { ...process.env, PEERS_WORK: work, BATCHES: String(batches), TMPDIR: join(work, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    for (const { pid } of processesBelow(processes(), child.pid ?? 0)) process.kill(pid);
    child.kill();
  }, PEER_LIMIT_MS);
  const [said, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, string | null]>, // as Node documents the event
  ]);
  clearTimeout(timer);
  return {
    code: isLate ? `nothing after ${PEER_LIMIT_MS / 60_000} minutes` : (code ?? signal ?? '?'),
    said,
    complaint: complaint.trim().split('\n').at(-1)?.slice(-COMPLAINT_CHARS) ?? '',
  };
}

/** What each peer's own program prints; none prints all of it. */
const lineSchema = z.object({
  mode: z.enum(['file', 'mem']).optional(),
  /** Of the programs that know a mode. */
  eps: z.number().optional(),
  kFile: z.number().optional(),
  kLoaded: z.number().optional(),
  p50: z.number().optional(),
  p99: z.number().optional(),
  cpuMsEvent: z.number().optional(),
  rssMB: z.number().optional(),
});

/** Reads what `run` prints, a line for each run. `without`: ways of which a run has come to no figures, and so to no alerts. */
export function readRuns(said: string): { figures: PeerFigures[]; without: readonly string[] } {
  const lines = [...said.matchAll(/^(\S.*?) +(?:(\{.*\}) +)?alerts (identical|DIFFERS)$/gm)];
  const runs = lines.flatMap(([, name = '', figures, alerts]) =>
    figures === undefined ? [] : { name, line: lineSchema.parse(JSON.parse(figures)), isIdentical: alerts === 'identical' },
  );
  const without = new Set(lines.flatMap(([, name = '', figures]) => (figures === undefined ? name : [])));
  return {
    figures: [...Map.groupBy(runs, ({ name }) => name)].map(([name, some]) => medians(name, some)),
    without: [...without],
  };
}

type Line = z.output<typeof lineSchema>;

function medians(name: string, runs: readonly { line: Line; isIdentical: boolean }[]): PeerFigures {
  const of = (figure: (line: Line) => number | undefined) => median(runs.map(({ line }) => figure(line)));
  const thousands = (figure: number | undefined) => (figure === undefined ? undefined : figure * 1_000);
  return {
    name,
    runs: runs.length,
    filePerSecond: of(({ mode, eps, kFile }) => (mode === 'file' ? eps : thousands(kFile))),
    loadedPerSecond: of(({ mode, eps, kLoaded }) => (mode === 'mem' ? eps : thousands(kLoaded))),
    p50Ms: of(({ p50 }) => p50),
    p99Ms: of(({ p99 }) => p99),
    cpuMsPerEvent: of(({ cpuMsEvent }) => cpuMsEvent),
    megabytes: of(({ rssMB }) => rssMB),
    isIdentical: runs.every(({ isIdentical }) => isIdentical),
  };
}

function median(figures: readonly (number | undefined)[]): number | undefined {
  const sorted = figures.filter((figure) => figure !== undefined).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
