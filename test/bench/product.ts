import { readFileSync, rmSync } from 'node:fs';
import { ruleTrialSchema, startedTrialSchema, sweepListSchema } from '@tianyan/console-app/api';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { delaysAt, delaysBetween, figuresAt, MEASURED_MS, type Delay } from './figures.js';
import { folderOfCopies, shippedRules } from './rule-copies.js';
import { MemoryWatch, type PeakMemory } from './memory-watch.js';
import { SteadyPush, sourcesWithPush } from './steady-push.js';

export interface ProductBenchResult {
  load: { firstFindingMs: number; loadedMs: number; records: number; recordsPerSecond: number };
  sweep: { elapsedMs: number; drift: number };
  /** Of a rule that is not published, over everything there is. */
  trialMs: number;
  delays: readonly Delay[];
  memory: PeakMemory;
}

export const PASSWORD = 'Tianyan-2026-bench';
export const LOAD_TIMEOUT_MS = 1_800_000;
const TRIAL_TIMEOUT_MS = 120_000;
const RATES_PER_SECOND = [10, 100, 500];
export const PRINTED_CHARACTERS = 5_000;

/** From the first start in an empty folder to live work at given rates. */
export async function benchProduct(input: { size: string; seed: number; rules: number }): Promise<ProductBenchResult> {
  const startedMs = performance.now();
  const settings = settingsOf(input.rules);
  const product = await Product.start({ size: input.size, seed: input.seed, speed: 1, env: settings.env });
  const memory = new MemoryWatch(product.pid);
  try {
    const client = await ApiClient.signIn(product, 'admin', PASSWORD);
    const load = await measureLoad(product, client, { startedMs, rules: settings.rules });
    const sweepStartMs = performance.now();
    const swept = await client.sweep(LOAD_TIMEOUT_MS);
    const sweep = { elapsedMs: performance.now() - sweepStartMs, drift: (swept.driftFindings ?? 0) + (swept.driftWakeUps ?? 0) };
    const trialMs = await measureTrial(client);
    const push = await SteadyPush.prepare(product);
    const delays: Delay[] = [];
    for (const rate of RATES_PER_SECOND) delays.push(await measureDelay(product, push, rate));
    return { load, sweep, trialMs, delays, memory: memory.peak() };
  } catch (error) {
    // What it was measured by may only have seen that the connection broke.
    process.stderr.write(`the product printed last:\n${product.printed().slice(-PRINTED_CHARACTERS)}\n`);
    throw error;
  } finally {
    memory.stop();
    await product.dispose();
    settings.remove();
  }
}

/** Where the product reads a source that takes what is pushed, and so many rules, at least those that are shipped. */
export function settingsOf(wanted: number): { env: Readonly<Record<string, string>>; rules: number; remove: () => void } {
  const sources = sourcesWithPush();
  const shipped = shippedRules().length;
  const copies = Math.max(0, wanted - shipped);
  const folder = copies > 0 ? folderOfCopies(copies) : null;
  return {
    env: { TIANYAN_SOURCES: sources, ...(folder === null ? {} : { TIANYAN_RULES_DIR: folder }) },
    rules: shipped + copies,
    remove: () => {
      for (const made of [sources, folder]) if (made !== null) rmSync(made, { recursive: true, force: true });
    },
  };
}

export async function measureLoad(
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

/** A shipped rule over one order's timeline, under another name, as an analyst who edits it would try it. */
async function measureTrial(client: ApiClient): Promise<number> {
  const yaml = readFileSync('libs/rules/packs/order-ping-pong.yaml', 'utf8').replace(/^id: .*$/m, 'id: bench-trial');
  const startMs = performance.now();
  const { id } = await client.post('/api/rules/trials', { yaml }, startedTrialSchema);
  const trial = await until('the trial has ended', TRIAL_TIMEOUT_MS, async () => {
    const asked = await client.get(`/api/rules/trials/${id}`, ruleTrialSchema);
    return asked.state !== 'running' && asked.state !== 'queued' && asked;
  });
  if (trial.state !== 'done') throw new Error(`the trial ended as ${trial.state}`);
  return performance.now() - startMs;
}

/** Beside the county at its own pace, records are pushed at the rate. */
export async function measureDelay(product: Product, push: SteadyPush, perSecond: number): Promise<Delay> {
  const [before, lateBefore] = [await delaysAt(product.url), await delaysAt(product.url, 'late')];
  const keptPerSecond = await push.run(perSecond, MEASURED_MS);
  const late = delaysBetween(lateBefore, await delaysAt(product.url, 'late'));
  return { perSecond, keptPerSecond, ...delaysBetween(before, await delaysAt(product.url)), late };
}
