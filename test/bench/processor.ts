import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of `/proc`; 100 a second on every Linux that this runs on. */
const TICK_MS = 10;

/** Processor time of a process and of all below it, those that have ended and were waited for included; Linux only. */
export function treeCpuMs(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat ? [stat] : [];
    });
  const below = (parent: number): number =>
    all.filter((one) => one.parent === parent).reduce((sum, one) => sum + one.cpuMs + below(one.pid), 0);
  return (all.find((one) => one.pid === pid)?.cpuMs ?? 0) + below(pid);
}

function statOf(pid: number): { pid: number; parent: number; cpuMs: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return { pid, parent: fields[1] ?? 0, cpuMs: (user + system + childUser + childSystem) * TICK_MS };
  } catch {
    return null; // ended while being looked at
  }
}
