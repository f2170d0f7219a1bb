import { readdirSync, readFileSync } from 'node:fs';

export interface PeakMemory {
  /** Node with ClickHouse inside. */
  productBytes: number;
  /** With its PostgreSQL, private pages: shared ones would be counted once for each of its processes. */
  allBytes: number;
  sandboxBytes: number;
}

const SAMPLE_EVERY_MS = 1_000;
const PAGE_BYTES = 4_096;

interface Process {
  pid: number;
  parent: number;
  command: string;
  bytes: number;
}

/** Samples the resident memory of a process and its children; Linux only. */
export class MemoryWatch {
  private readonly timer: NodeJS.Timeout;
  private readonly max: PeakMemory = { productBytes: 0, allBytes: 0, sandboxBytes: 0 };

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
  }

  peak(): PeakMemory {
    return { ...this.max };
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const all = processes();
    const below = (pid: number): Process[] => all.filter((p) => p.parent === pid).flatMap((p) => [p, ...below(p.pid)]);
    const product = all.find((p) => p.pid === this.pid)?.bytes ?? 0;
    const children = below(this.pid);
    const sandbox = total(children.filter((p) => p.command === 'node' || p.command === 'MainThread'));
    this.max.productBytes = Math.max(this.max.productBytes, product);
    this.max.sandboxBytes = Math.max(this.max.sandboxBytes, sandbox);
    this.max.allBytes = Math.max(this.max.allBytes, product + total(children) - sandbox);
  }
}

function total(some: readonly Process[]): number {
  return some.reduce((sum, p) => sum + p.bytes, 0);
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        // Private pages only: PostgreSQL's processes share one buffer, which would be counted for each of them.
        const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
        return [{ pid: Number(pid), parent, command, bytes: (resident - shared) * PAGE_BYTES }];
      } catch {
        return []; // ended while being looked at
      }
    });
}
