import { z } from 'zod';
import { sweepListSchema } from '@tianyan/console-app/api';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { MemoryWatch, type PeakMemory } from './memory-watch.js';

export interface ProductBenchResult {
  load: { firstFindingMs: number; loadedMs: number; records: number; recordsPerSecond: number };
  sweep: { elapsedMs: number; drift: number };
  delays: readonly Delay[];
  memory: PeakMemory;
}

export interface Delay {
  aimedPerSecond: number;
  recordsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const PASSWORD = 'Tianyan-2026-bench';
const RULES = 12;
const LOAD_TIMEOUT_MS = 1_800_000;
const RATES_PER_SECOND = [10, 100, 500];
/** The product's delay figures are of the last minute; a little longer, so that nothing of the time before is in them. */
const MEASURED_MS = 65_000;
/** Records that the county makes per simulated second, averaged over a year of the default size. */
const RECORDS_PER_COUNTY_SECOND = 1_400_000 / (365 * 86_400);

/** From the first start in an empty folder to live work at given rates. */
export async function benchProduct(input: { size: string; seed: number }): Promise<ProductBenchResult> {
  const startedMs = performance.now();
  const product = await Product.start({ size: input.size, seed: input.seed, speed: 1 });
  const memory = new MemoryWatch(product.pid);
  try {
    const client = await ApiClient.signIn(product, 'admin', PASSWORD);
    const load = await measureLoad(product, client, startedMs);
    const sweepStartMs = performance.now();
    const swept = await client.sweep();
    const sweep = { elapsedMs: performance.now() - sweepStartMs, drift: (swept.driftFindings ?? 0) + (swept.driftWakeUps ?? 0) };
    const delays: Delay[] = [];
    for (const rate of RATES_PER_SECOND) delays.push(await measureDelay(product, rate));
    return { load, sweep, delays, memory: memory.peak() };
  } finally {
    memory.stop();
    await product.dispose();
  }
}

async function measureLoad(product: Product, client: ApiClient, startedMs: number): Promise<ProductBenchResult['load']> {
  let firstFindingMs: number | undefined;
  let firstRecord: { atMs: number } | undefined;
  let latest = { records: 0, atMs: startedMs };
  await until('the year is loaded and every rule has been swept', LOAD_TIMEOUT_MS, async () => {
    const records = (await figures(product)).get('tianyan_writer_records_total') ?? 0;
    const nowMs = performance.now();
    if (records > 0) firstRecord ??= { atMs: nowMs };
    if (records > latest.records) latest = { records, atMs: nowMs };
    if (firstFindingMs === undefined && (await client.openFindings()).length > 0) firstFindingMs = performance.now() - startedMs;
    const { items } = await client.get('/api/sweeps?limit=50', sweepListSchema);
    return items.filter((sweep) => sweep.state === 'done').reduce((sum, sweep) => sum + sweep.rulesDone, 0) >= RULES;
  });
  const loadedMs = performance.now() - startedMs;
  const loadSeconds = (latest.atMs - (firstRecord?.atMs ?? startedMs)) / 1000;
  return {
    firstFindingMs: firstFindingMs ?? Number.POSITIVE_INFINITY,
    loadedMs,
    records: latest.records,
    recordsPerSecond: latest.records / loadSeconds,
  };
}

/** The county's clock is let run so fast that its upstreams make about so many records a second. */
async function measureDelay(product: Product, perSecond: number): Promise<Delay> {
  const response = await fetch(`${product.sandboxUrl}/control/speed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ speed: perSecond / RECORDS_PER_COUNTY_SECOND }),
  });
  if (!response.ok) throw new Error(`the sandbox does not change its speed: ${response.status}`);
  const before = await figures(product);
  const startMs = performance.now();
  await until('the measured minute has passed', 2 * MEASURED_MS, async () => performance.now() - startMs >= MEASURED_MS);
  const after = await figures(product);
  const landed = 'tianyan_correlator_landed_records_total';
  return {
    aimedPerSecond: perSecond,
    recordsPerSecond: ((after.get(landed) ?? 0) - (before.get(landed) ?? 0)) / ((performance.now() - startMs) / 1000),
    p50Ms: after.get('tianyan_correlator_delay_p50_ms') ?? Number.NaN,
    p99Ms: after.get('tianyan_correlator_delay_p99_ms') ?? Number.NaN,
  };
}

const number = z.coerce.number();

/** The product's own unlabelled figures of `/metrics`. */
async function figures(product: Product): Promise<Map<string, number>> {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('tianyan_') && !line.includes('{'));
  return new Map(
    lines.map((line) => {
      const [name = '', value] = line.split(' ');
      return [name, number.parse(value)];
    }),
  );
}
