import { rmSync } from 'node:fs';
import { sweepListSchema } from '@tianyan/console-app/api';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { delaysAt, delaysBetween, figuresAt, MEASURED_MS, type Delay } from './figures.js';
import { folderOfCopies, shippedRules } from './rule-copies.js';
import { MemoryWatch, type PeakMemory } from './memory-watch.js';
import { SteadyPush, sourcesWithPush } from './steady-push.js';

export interface ProductBenchResult {
  load: { firstFindingMs: number; loadedMs: number; records: number; recordsPerSecond: number };
  sweep: { elapsedMs: number; drift: number };
  delays: readonly Delay[];
  memory: PeakMemory;
}

const PASSWORD = 'Tianyan-2026-bench';
const LOAD_TIMEOUT_MS = 1_800_000;
const RATES_PER_SECOND = [10, 100, 500];

/** From the first start in an empty folder to live work at given rates. */
export async function benchProduct(input: { size: string; seed: number; rules: number }): Promise<ProductBenchResult> {
  const startedMs = performance.now();
  const sources = sourcesWithPush();
  const shipped = shippedRules().length;
  const copies = Math.max(0, input.rules - shipped);
  const rules = copies > 0 ? folderOfCopies(copies) : null;
  const env = { TIANYAN_SOURCES: sources, ...(rules === null ? {} : { TIANYAN_RULES_DIR: rules }) };
  const product = await Product.start({ size: input.size, seed: input.seed, speed: 1, env });
  const memory = new MemoryWatch(product.pid);
  try {
    const client = await ApiClient.signIn(product, 'admin', PASSWORD);
    const load = await measureLoad(product, client, { startedMs, rules: shipped + copies });
    const sweepStartMs = performance.now();
    const swept = await client.sweep();
    const sweep = { elapsedMs: performance.now() - sweepStartMs, drift: (swept.driftFindings ?? 0) + (swept.driftWakeUps ?? 0) };
    const push = await SteadyPush.prepare(product);
    const delays: Delay[] = [];
    for (const rate of RATES_PER_SECOND) delays.push(await measureDelay(product, push, rate));
    return { load, sweep, delays, memory: memory.peak() };
  } finally {
    memory.stop();
    await product.dispose();
    rmSync(sources, { recursive: true, force: true });
    if (rules !== null) rmSync(rules, { recursive: true, force: true });
  }
}

async function measureLoad(
  product: Product,
  client: ApiClient,
  { startedMs, rules }: { startedMs: number; rules: number },
): Promise<ProductBenchResult['load']> {
  let firstFindingMs: number | undefined;
  let firstRecord: { atMs: number } | undefined;
  let latest = { records: 0, atMs: startedMs };
  await until('the year is loaded and every rule has been swept', LOAD_TIMEOUT_MS, async () => {
    const records = (await figuresAt(product.url)).get('tianyan_writer_records_total') ?? 0;
    const nowMs = performance.now();
    if (records > 0) firstRecord ??= { atMs: nowMs };
    if (records > latest.records) latest = { records, atMs: nowMs };
    if (firstFindingMs === undefined && (await client.openFindings()).length > 0) firstFindingMs = performance.now() - startedMs;
    const { items } = await client.get('/api/sweeps?limit=50', sweepListSchema);
    return items.filter((sweep) => sweep.state === 'done').reduce((sum, sweep) => sum + sweep.rulesDone, 0) >= rules;
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

/** Beside the county at its own pace, records are pushed at the rate. */
async function measureDelay(product: Product, push: SteadyPush, perSecond: number): Promise<Delay> {
  const before = await delaysAt(product.url);
  const keptPerSecond = await push.run(perSecond, MEASURED_MS);
  return { perSecond, keptPerSecond, ...delaysBetween(before, await delaysAt(product.url)) };
}
