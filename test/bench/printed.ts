/** How figures are printed, by all parts alike. */

export const say = (text: string) => process.stdout.write(`${text}\n`);

/** Says what is being done, with the seconds since now; beside the figures, which may go into a file. */
export function progress(): (text: string) => void {
  const startMs = performance.now();
  return (text) => void process.stderr.write(`${seconds(performance.now() - startMs).padStart(8)}  ${text}\n`);
}

export function aim(met: boolean, text: string): string {
  return met ? `   (aim ${text}: met)` : `   (aim ${text}: MISSED)`;
}

export function perSecond(count: number): string {
  return `${whole(Math.round(count))} records/s`;
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}

export function fixed(ms: number | null): string {
  return (ms === null ? '–' : ms.toFixed(1)).padStart(11);
}
