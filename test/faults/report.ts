import type { Recovery } from './strikes.js';

export interface RecoveryFigures {
  name: string;
  points: number;
  /** Blows that fell alone. */
  alone: number;
  medianMs: number | null;
  maxMs: number | null;
  /** Whatever fell beside it: from the blow until the cluster was whole. */
  maxOutageMs: number;
}

function median(sorted: readonly number[]): number | null {
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/** Recovery by kind of blow. */
export function figuresOf(recoveries: readonly Recovery[]): RecoveryFigures[] {
  const names = [...new Set(recoveries.map(({ name }) => name))].toSorted();
  return names.map((name) => {
    const own = recoveries.filter((one) => one.name === name);
    const alone = own.flatMap(({ recoveredMs }) => (recoveredMs === null ? [] : [recoveredMs])).toSorted((a, b) => a - b);
    return {
      name,
      points: own.length,
      alone: alone.length,
      medianMs: median(alone),
      maxMs: alone.at(-1) ?? null,
      maxOutageMs: Math.max(...own.map(({ outageMs }) => outageMs)),
    };
  });
}

const SECOND_MS = 1_000;

/** As the suite prints it. */
export function recoveryTable(recoveries: readonly Recovery[]): string {
  const seconds = (ms: number | null) => (ms === null ? '–' : (ms / SECOND_MS).toFixed(1)).padStart(8);
  const lines = figuresOf(recoveries).map(
    (f) =>
      `${f.name.padEnd(22)}${String(f.points).padStart(7)}${String(f.alone).padStart(7)}${seconds(f.medianMs)}${seconds(f.maxMs)}${seconds(f.maxOutageMs)}`,
  );
  return [
    'seconds from the end of the fault until everything works again (blows that fell alone); longest from the blow on',
    `${'blow'.padEnd(22)} points  alone  median     max longest`,
    ...lines,
  ].join('\n');
}
