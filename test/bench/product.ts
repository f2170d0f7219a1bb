import { readFileSync, rmSync } from 'node:fs';
import { ruleListSchema, ruleTrialSchema, startedTrialSchema } from '@tianyan/console-app/api';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { delaysAt, delaysBetween, figuresAt, MEASURED_MS, type Delay } from './figures.js';
import { folderOfCopies, shippedRules } from './rule-copies.js';
import { MemoryWatch, type PeakMemory } from './memory-watch.js';
import { cpuMsOf, productTree } from './processes.js';
import { SteadyPush, sourcesWithPush } from './steady-push.js';
import { sweepsOf, untilSwept, withoutSweep } from './sweeps-beside.js';

/** From an empty folder until the year is loaded, and every rule has looked at all of it. */
export interface Load {
  firstFindingMs: number;
  loadedMs: number;
  records: number;
  /** Into the warehouse, from the first record on. */
  recordsPerSecond: number;
  /** From the moment when the product answers, and what is read first is still on its way, to the last rule that has looked at all. */
  judgedPerSecond: number;
  /** Over the same time, of the product and its databases, for each record; and of the simulated county, which hands them over. */
  cpuMsPerRecord: number;
  countyCpuMsPerRecord: number;
}

export interface ProductBenchResult {
  load: Load;
  /** Of the load, without the simulated county. */
  loadPeakBytes: number;
  /** That are judged. */
  rules: number;
  sweep: { elapsedMs: number; drift: number };
  /** Of a rule that is not published, over everything there is. */
  trialMs: number;
  delays: readonly Delay[];
  memory: PeakMemory;
}

export const PASSWORD = 'Tianyan-2026-bench';
const LOAD_TIMEOUT_MS = 1_800_000;
const TRIAL_TIMEOUT_MS = 120_000;
const RATES_PER_SECOND = [10, 100, 500];
const PRINTED_CHARACTERS = 5_000;

/** Where the work fails, what the product printed last is said: what it was measured by may only have seen that the connection broke. */
export async function withLastWords<T>(product: Product, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    process.stderr.write(`the product printed last:\n${product.printed().slice(-PRINTED_CHARACTERS)}\n`);
    throw error;
  }
}

/** From the first start in an empty folder to live work at given rates. */
export async function benchProduct(input: { size: string; seed: number; rules: number }): Promise<ProductBenchResult> {
  const startedMs = performance.now();
  const settings = settingsOf(input.rules);
  const product = await Product.start({ size: input.size, seed: input.seed, speed: 1, env: settings.env });
  const memory = new MemoryWatch(product.pid);
  try {
    return await withLastWords(product, async () => {
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);
      const load = await measureLoad(product, client, { startedMs, rules: settings.rules });
      const loadPeakBytes = memory.peak().allBytes;
      const rules = await runningRules(client);
      await untilSwept(client);
      const sweepStartMs = performance.now();
      const swept = await client.sweep(LOAD_TIMEOUT_MS);
      const sweep = {
        elapsedMs: performance.now() - sweepStartMs,
        drift: (swept.driftFindings ?? 0) + (swept.driftWakeUps ?? 0),
      };
      const trialMs = await measureTrial(client);
      const push = await SteadyPush.prepare(product);
      const delays: Delay[] = [];
      for (const rate of RATES_PER_SECOND) delays.push(await withoutSweep(client, () => measureDelay(product, push, rate)));
      return { load, loadPeakBytes, rules, sweep, trialMs, delays, memory: memory.peak() };
    });
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
    env: { TIANYAN_SANDBOX: 'on', TIANYAN_SOURCES: sources, ...(folder === null ? {} : { TIANYAN_RULES_DIR: folder }) },
    rules: shipped + copies,
    remove: () => {
      for (const made of [sources, folder]) if (made !== null) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** Of the records: what came last is what the county had new meanwhile, one by one, while all else was being judged. */
const LOADED_SHARE = 0.999;

export async function measureLoad(
  product: Product,
  client: ApiClient,
  { startedMs, rules }: { startedMs: number; rules: number },
): Promise<Load> {
  let firstFindingMs: number | undefined;
  const beginMs = performance.now();
  const cpuBefore = cpuMsBelow(product);
  const seen: { records: number; atMs: number }[] = [];
  await until('the year is loaded and every rule has been swept', LOAD_TIMEOUT_MS, async () => {
    const records = (await figuresAt(product.url)).get('tianyan_writer_records_total') ?? 0;
    if (records > (seen.at(-1)?.records ?? 0)) seen.push({ records, atMs: performance.now() });
    if (firstFindingMs === undefined && (await client.openFindings()).length > 0) firstFindingMs = performance.now() - startedMs;
    const sweeps = await sweepsOf(client);
    return sweeps.filter((sweep) => sweep.state === 'done').reduce((sum, sweep) => sum + sweep.rulesDone, 0) >= rules;
  });
  const nowMs = performance.now();
  const cpu = cpuMsBelow(product);
  const records = seen.at(-1)?.records ?? 0;
  const firstAtMs = seen[0]?.atMs ?? startedMs;
  const loaded = seen.find((look) => look.records >= LOADED_SHARE * records);
  return {
    firstFindingMs: firstFindingMs ?? Number.POSITIVE_INFINITY,
    loadedMs: nowMs - startedMs,
    records,
    recordsPerSecond: (loaded?.records ?? 0) / (((loaded?.atMs ?? nowMs) - firstAtMs) / 1000),
    judgedPerSecond: records / ((nowMs - beginMs) / 1000),
    cpuMsPerRecord: (cpu.product - cpuBefore.product) / records,
    countyCpuMsPerRecord: (cpu.county - cpuBefore.county) / records,
  };
}

/** Processor time so far. */
export function cpuMsBelow({ pid }: Pick<Product, 'pid'>): { product: number; county: number } {
  const { product, county } = productTree(pid);
  return { product: cpuMsOf(product), county: cpuMsOf(county) };
}

/** Rules that are judged by now: one that was refused, or that is still being looked through, is none of them. */
export async function runningRules(client: ApiClient): Promise<number> {
  const { items } = await client.get('/api/rules', ruleListSchema);
  return items.filter(({ progress }) => progress === 'live').length;
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
