import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultyCluster } from './cluster.js';
import { nameOf, told, type Strike } from './kinds.js';
import type { Plan, Volley } from './plan.js';
import { Progress } from './progress.js';

/** Where the plan lets a volley fall once the cluster is whole. */
export interface Recovery {
  name: string;
  /** From the end of the fault (started again, healed) until the cluster was whole; null where others fell beside it. */
  recoveredMs: number | null;
  /** From the blow until then. */
  outageMs: number;
}

/** A limit that the smallest append of a running broker meets. */
const NO_ROOM_BYTES = 4_096;

/** Room for nothing more: the broker's writes fail as on a full disk. Needs no right but that over one's own processes. */
export function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  const run = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { encoding: 'utf8' });
  // Another blow may have ended it just now.
  if (run.status !== 0 && existsSync(`/proc/${pid}`)) throw new Error(`prlimit: ${run.stderr}`);
}

/** Deals one blow and heals it; resolves when what was hit is there again. */
export async function deal(cluster: FaultyCluster, strike: Strike): Promise<void> {
  switch (strike.kind) {
    case 'kill': {
      const part = cluster.part(strike.part);
      await part.kill();
      await pause(strike.forMs);
      return part.up();
    }
    case 'freeze': {
      const part = cluster.part(strike.part);
      part.freeze();
      await pause(strike.forMs);
      return part.thaw();
    }
    case 'cut':
    case 'silent': {
      const link = cluster.link(strike.app, strike.store);
      link.set(strike.kind);
      await pause(strike.forMs);
      return link.set('open');
    }
    case 'quota':
      return fillQuota(cluster, strike.forMs);
  }
}

/** A broker whose only disk is full ends itself; whoever supervises starts it again, in vain until there is room. */
async function fillQuota(cluster: FaultyCluster, forMs: number): Promise<void> {
  const broker = cluster.part('kafka');
  await broker.untilUp();
  const { pid } = broker;
  limitFiles(pid, NO_ROOM_BYTES);
  await pause(forMs);
  await broker.untilUp();
  if (broker.pid === pid) limitFiles(pid, 'unlimited');
}

/** A volley, from the first blow until the cluster is whole. */
async function volley(cluster: FaultyCluster, progress: Progress, { strikes }: Volley): Promise<Recovery[]> {
  const text = strikes.map(({ strike }) => told(strike)).join(', ');
  const startMs = performance.now();
  const atMs: number[] = [];
  await Promise.all(
    strikes.map(async ({ afterMs, strike }, index) => {
      await pause(afterMs);
      atMs[index] = performance.now();
      // Two blows may meet on one part: the second then finds it down, which is a blow too.
      await deal(cluster, strike);
    }),
  );
  const recoveredMs = await progress.untilWhole(text);
  const endMs = performance.now();
  return strikes.map(({ strike }, index) => ({
    name: nameOf(strike),
    recoveredMs: strikes.length === 1 ? recoveredMs : null,
    outageMs: endMs - (atMs[index] ?? startMs),
  }));
}

/** The whole plan; `say` is told of each volley. */
export async function strikeAll(cluster: FaultyCluster, plan: Plan, say: (line: string) => void): Promise<Recovery[]> {
  const { countyNowMs } = await cluster.client.overview();
  const progress = new Progress(cluster, countyNowMs);
  const recoveries: Recovery[] = [];
  for (const [index, one] of plan.volleys.entries()) {
    await pause(one.afterMs);
    const advanced = cluster.advance(one.advanceMs);
    const dealt = await volley(cluster, progress, one);
    await advanced;
    recoveries.push(...dealt);
    const ms = dealt.map(({ name, outageMs }) => `${name} ${Math.round(outageMs)} ms`).join(', ');
    say(`volley ${index + 1}/${plan.volleys.length}: ${ms}`);
  }
  return recoveries;
}
