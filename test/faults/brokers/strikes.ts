import { setTimeout as pause } from 'node:timers/promises';
import { told, type Blow } from './blows.js';
import type { BrokerCluster } from './cluster.js';
import type { Load } from './load.js';

/** Milliseconds from the moment the broker answered again. */
export interface BrokerRecovery {
  kind: Blow['kind'];
  /** Until every sender had a publish acknowledged that it began after that moment. */
  publishMs: number;
  /** Until the writer had committed in every partition more than at that moment. */
  commitMs: number;
}

/**
 * Longest time from the moment the broker answers again: a request that is under way is given up (15 s), a consumer's backoff
 * runs out (15 s), and its new life or a producer's new connection meets a broker that is busy taking over (15 s).
 */
const RECOVERY_LIMIT_MS = 45_000;

/** Recoveries beyond the limit, in words. */
export function lateOf(recoveries: readonly BrokerRecovery[]): string[] {
  return recoveries
    .filter(({ publishMs, commitMs }) => Math.max(publishMs, commitMs) > RECOVERY_LIMIT_MS)
    .map(({ kind, publishMs, commitMs }) => `${kind}: publish ${publishMs} ms, commit ${commitMs} ms`);
}

async function deal(cluster: BrokerCluster, { kind, target, forMs }: Blow): Promise<void> {
  const part = await cluster.brokers.part(target);
  switch (kind) {
    case 'kill':
      await part.kill();
      await pause(forMs);
      return part.up();
    case 'restart':
      await part.stop();
      await pause(forMs);
      return part.up();
    case 'pause':
      part.freeze();
      await pause(forMs);
      return part.thaw();
  }
}

/** Deals the blows one after the other under the load; `say` is told of each. */
export async function strikeBrokers(
  cluster: BrokerCluster,
  load: Load,
  blows: readonly Blow[],
  say: (line: string) => void,
): Promise<BrokerRecovery[]> {
  const recoveries: BrokerRecovery[] = [];
  for (const [index, blow] of blows.entries()) {
    await pause(blow.afterMs);
    const startMs = performance.now();
    await deal(cluster, blow);
    const backMs = performance.now();
    const since = () => Math.round(performance.now() - backMs);
    const [publishMs, commitMs] = await Promise.all([load.flows().then(since), writerGoesOn(cluster).then(since)]);
    await cluster.brokers.untilWhole();
    recoveries.push({ kind: blow.kind, publishMs, commitMs });
    const all = Math.round(performance.now() - startMs);
    say(
      `${index + 1}/${blows.length} ${told(blow)}: back, publish ${publishMs} ms, commit ${commitMs} ms, whole after ${all} ms`,
    );
  }
  return recoveries;
}

async function writerGoesOn(cluster: BrokerCluster): Promise<void> {
  await cluster.untilCommitted(await cluster.committed());
}

const SECOND_MS = 1_000;

/** As the suite prints it. */
export function recoveryLines(recoveries: readonly BrokerRecovery[]): string {
  const seconds = (ms: number) => (ms / SECOND_MS).toFixed(1).padStart(8);
  const figures = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return `${seconds(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0)}${seconds(sorted.at(-1) ?? 0)}`;
  };
  const kinds = [...new Set(recoveries.map(({ kind }) => kind))].toSorted();
  return [
    'seconds from the moment the broker answered again until publishes and commits went on: median and longest',
    `${'blow'.padEnd(10)}points   publish         commit`,
    ...kinds.map((kind) => {
      const own = recoveries.filter((one) => one.kind === kind);
      const publish = figures(own.map(({ publishMs }) => publishMs));
      return `${kind.padEnd(10)}${String(own.length).padStart(6)}${publish}${figures(own.map(({ commitMs }) => commitMs))}`;
    }),
  ].join('\n');
}
