import { productTree, type Process } from './processes.js';

export interface PeakMemory {
  /** Node with ClickHouse inside. */
  productBytes: number;
  /** With its PostgreSQL, private pages: shared ones would be counted once for each of its processes. */
  allBytes: number;
  sandboxBytes: number;
}

const SAMPLE_EVERY_MS = 1_000;

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
    const { product, county } = productTree(this.pid);
    this.max.productBytes = Math.max(this.max.productBytes, total(product.filter(({ pid }) => pid === this.pid)));
    this.max.sandboxBytes = Math.max(this.max.sandboxBytes, total(county));
    this.max.allBytes = Math.max(this.max.allBytes, total(product));
  }
}

function total(some: readonly Process[]): number {
  return some.reduce((sum, p) => sum + p.bytes, 0);
}
