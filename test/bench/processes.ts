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
  const own = all.filter((one) => one.pid === pid);
  return [...own, ...processesBelow(all, pid)].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
