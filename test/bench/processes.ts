import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** Ticks of `/proc`; 100 a second on every Linux that this runs on. */
const TICK_MS = 10;

export interface Process {
  pid: number;
  parent: number;
  command: string;
  /** Private pages alone: PostgreSQL's processes share one buffer, which would be counted for each of them. */
  bytes: number;
  /** Processor time, that of children which have ended and were waited for included. */
  cpuMs: number;
}

/** All processes of this machine; Linux only. */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        const fields = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
        const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
        return [
          {
            pid: Number(pid),
            parent: fields[1] ?? 0,
            command,
            bytes: (resident - shared) * PAGE_BYTES,
            cpuMs: (user + system + childUser + childSystem) * TICK_MS,
          },
        ];
      } catch {
        return []; // ended while being looked at
      }
    });
}

export function processesBelow(all: readonly Process[], pid: number): Process[] {
  return all.filter((one) => one.parent === pid).flatMap((one) => [one, ...processesBelow(all, one.pid)]);
}

/** Processor time of a process and of all below it. */
export function treeCpuMs(pid: number): number {
  const all = processes();
  return cpuMsOf([...all.filter((one) => one.pid === pid), ...processesBelow(all, pid)]);
}

/** A product, with its databases and what it starts; the simulated county below it is no part of it. */
export interface ProductTree {
  product: readonly Process[];
  county: readonly Process[];
}

export function productTree(pid: number): ProductTree {
  const all = processes();
  const below = processesBelow(all, pid);
  const county = below.filter((one) => isCounty(one.pid)).flatMap((one) => [one, ...processesBelow(all, one.pid)]);
  return { product: [...all.filter((one) => one.pid === pid), ...below].filter((one) => !county.includes(one)), county };
}

export function cpuMsOf(some: readonly Process[]): number {
  return some.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Nothing else that the product starts is told how fast time passes. */
function isCounty(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0--speed=');
  } catch {
    return false; // ended while being looked at
  }
}
