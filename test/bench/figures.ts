import { z } from 'zod';

/** What was measured while records arrived at a steady rate. */
export interface Delay {
  /** The rate that was wanted. */
  perSecond: number;
  /** The rate that was kept. */
  keptPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of late scopes, from the commit that put them off; where it was asked for. */
  late?: Pick<Delay, 'p50Ms' | 'p99Ms'>;
}

/** At ten records a second, a few hundred batches: enough for a 99th percentile. */
export const MEASURED_MS = 60_000;

const number = z.coerce.number();

/** A server that had much to do closes a kept connection just when the next question is on its way: it is asked once more. */
async function metricsText(url: string): Promise<string> {
  const ask = () => fetch(`${url}/metrics`);
  return (await ask().catch(ask)).text();
}

/** The product's own unlabelled figures of `/metrics`. */
export async function figuresAt(url: string): Promise<Map<string, number>> {
  const text = await metricsText(url);
  const lines = text.split('\n').filter((line) => line.startsWith('tianyan_') && !line.includes('{'));
  return new Map(
    lines.map((line) => {
      const [name = '', value] = line.split(' ');
      return [name, number.parse(value)];
    }),
  );
}

/** What a histogram has counted so far: how many were at most so many milliseconds, by that bound; the last bound is infinite. */
export type Buckets = ReadonlyMap<number, number>;

/**
 * From the moment the stream took a record in to the commit of what it means, since the product's start.
 * @param of `late`: from the commit that put a late scope off to that of what it means
 */
export async function delaysAt(url: string, of: 'records' | 'late' = 'records'): Promise<Buckets> {
  const text = await metricsText(url);
  const name = of === 'late' ? 'late_delay' : 'delay';
  const lines = text.matchAll(new RegExp(`^tianyan_correlator_${name}_ms_bucket\\{le="([^"]+)"\\} (\\d+)$`, 'gm'));
  return new Map([...lines].map(([, bound, count]) => [bound === '+Inf' ? Infinity : number.parse(bound), number.parse(count)]));
}

/** Of what was counted between the two. */
export function delaysBetween(before: Buckets, after: Buckets): Pick<Delay, 'p50Ms' | 'p99Ms'> {
  return { p50Ms: quantileMs(0.5, before, after), p99Ms: quantileMs(0.99, before, after) };
}

/**
 * As Prometheus' `histogram_quantile`: within its bucket the quantile lies where it would if all in there were evenly spread.
 * Beyond the last bound nothing is known but that it was passed: that bound. NaN if nothing was counted.
 */
export function quantileMs(share: number, before: Buckets, after: Buckets): number {
  const counted = [...after]
    .map(([boundMs, count]) => ({ boundMs, count: count - (before.get(boundMs) ?? 0) }))
    .toSorted((a, b) => a.boundMs - b.boundMs);
  const rank = share * (counted.at(-1)?.count ?? 0);
  if (rank === 0) return Number.NaN;
  let lower = { boundMs: 0, count: 0 };
  for (const upper of counted) {
    if (upper.count >= rank) {
      if (upper.boundMs === Infinity) break;
      const within = (rank - lower.count) / (upper.count - lower.count);
      return Math.round(lower.boundMs + within * (upper.boundMs - lower.boundMs));
    }
    lower = upper;
  }
  return lower.boundMs;
}
