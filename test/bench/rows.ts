import { sweepListSchema, type Sweep } from '@tianyan/console-app/api';
import { builtInCatalogue } from '@tianyan/contracts';
import { openEmbeddedWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import type { Delay } from './figures.js';
import { addYear, copiesFor, hasPast, rowsOf, settled } from './past.js';
import { treeCpuMs } from './processes.js';
import { LOAD_TIMEOUT_MS, measureDelay, measureLoad, PASSWORD, PRINTED_CHARACTERS, settingsOf } from './product.js';
import { SteadyPush } from './steady-push.js';

/** The product over so many rows, after a start. */
export interface OverRows {
  /** Rows of the logs: each record as it came, and what killed an older version. Every one stands in several copies besides. */
  rows: number;
  /** From nothing to the address, databases included. */
  startMs: number;
  delay: Delay;
  /** Of the product, its databases and the simulated county, for each record that was pushed. */
  cpuMsPerRecord: number;
}

export interface RowsBenchResult {
  county: OverRows;
  grown: OverRows;
  grew: { copies: number; elapsedMs: number };
}

const RATE_PER_SECOND = 100;
/** After a start the first batches meet cold caches and code that is not compiled yet: in both measurements alike, and in neither counted. */
const WARM_UP_MS = 30_000;

/**
 * The delay from an accepted record to a visible finding over the county's own year, and over many years more, in one run.
 *
 * What is multiplied is the past: each copy is the whole year again, years earlier, under numbers of its own, of the same units and
 * villages. So a commission's data grow; a unit's week stays as large as it was, and what grows is what lies behind it. A
 * county of ten times the units is another question, which more processes answer.
 *
 * Both measurements start from the same state on disk, push the same records of the same orders, and have no sweep beside them: the
 * data folder is kept while the first one runs, and put back. What was found is not multiplied: how lists and counts do over a million
 * findings is measured by themselves.
 */
export async function benchRows(input: {
  size: string;
  seed: number;
  rules: number;
  /** In all logs together, at least. */
  rows: number;
  say: (text: string) => void;
}): Promise<RowsBenchResult> {
  const settings = settingsOf(input.rules);
  const folder = mkdtempSync(join(tmpdir(), 'tianyan-rows-'));
  // Run by root, PostgreSQL is started as another user, who must reach its folder.
  chmodSync(folder, 0o711);
  const kept = `${folder}-kept`;
  const bench = new RowsBench(folder, input, settings.env);
  try {
    await bench.load(settings.rules);
    const rows = await bench.rows();
    // With its owners: a part of it is that other user's.
    execFileSync('cp', ['-a', folder, kept]);
    const county = { rows, ...(await bench.measure()) };
    // To the same place: the databases know their files by where they are.
    rmSync(folder, { recursive: true });
    renameSync(kept, folder);
    const startedMs = performance.now();
    const { copies, ...grown } = await bench.grow();
    const grew = { copies, elapsedMs: performance.now() - startedMs };
    return { county, grew, grown: { ...grown, ...(await bench.measure()) } };
  } finally {
    for (const made of [folder, kept]) rmSync(made, { recursive: true, force: true });
    settings.remove();
  }
}

class RowsBench {
  constructor(
    private readonly folder: string,
    private readonly input: Parameters<typeof benchRows>[0],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** A first start, until all is loaded and swept. */
  async load(rules: number): Promise<void> {
    const startedMs = performance.now();
    const product = await this.start();
    await this.withWords(product, async () => {
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);
      const { records } = await measureLoad(product, client, { startedMs, rules });
      this.input.say(`${records.toLocaleString('en')} records loaded and swept; waiting for the county's nightly sweep`);
      // It would come after the next start otherwise, over all that has grown.
      await until('the nightly sweep has ended', LOAD_TIMEOUT_MS, async () => {
        const sweeps = await sweepsOf(client);
        return sweeps.some(({ looksForDrift, state }) => looksForDrift && state === 'done') && !sweeps.some(isRunning);
      });
    });
  }

  rows(): Promise<number> {
    return this.inWarehouse(async (warehouse) => {
      await settled(warehouse);
      return rowsOf(warehouse, builtInCatalogue.all());
    });
  }

  grow(): Promise<{ rows: number; copies: number }> {
    const contracts = builtInCatalogue.all().filter(hasPast);
    return this.inWarehouse(async (warehouse) => {
      const rows = await rowsOf(warehouse, builtInCatalogue.all());
      const copies = copiesFor({ rows, perCopy: await rowsOf(warehouse, contracts), wanted: this.input.rows });
      for (let copy = 1; copy <= copies; copy++) {
        for (const contract of contracts) await addYear(warehouse, contract, copy);
        this.input.say(`copy ${copy} of ${copies}`);
      }
      await settled(warehouse);
      this.input.say('merged');
      return { rows: await rowsOf(warehouse, builtInCatalogue.all()), copies };
    });
  }

  /** From a start over what is there to a minute at the rate. */
  async measure(): Promise<Omit<OverRows, 'rows'>> {
    const startedMs = performance.now();
    const product = await this.start();
    const startMs = performance.now() - startedMs;
    this.input.say(`started in ${Math.round(startMs)} ms`);
    return this.withWords(product, async () => {
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);
      const before = await sweepsOf(client);
      const push = await SteadyPush.prepare(product);
      await push.run(RATE_PER_SECOND, WARM_UP_MS);
      const cpuBeforeMs = treeCpuMs(product.pid);
      const pushedMs = performance.now();
      const delay = await measureDelay(product, push, RATE_PER_SECOND);
      const records = (delay.keptPerSecond * (performance.now() - pushedMs)) / 1_000;
      const cpuMsPerRecord = (treeCpuMs(product.pid) - cpuBeforeMs) / records;
      const sweeps = (await sweepsOf(client)).filter(({ id }) => !before.some((known) => known.id === id));
      if (sweeps.length > 0)
        throw new Error(`a sweep ran beside it (${sweeps.map(({ reason }) => reason).join('、')}): the delay says nothing`);
      return { startMs, delay, cpuMsPerRecord };
    });
  }

  private start(): Promise<Product> {
    const { size, seed } = this.input;
    return Product.start({ dataDirectory: this.folder, size, seed, speed: 1, env: this.env });
  }

  /** Stops the product in the end; where something failed, with what it printed last. */
  private async withWords<T>(product: Product, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      process.stderr.write(`the product printed last:\n${product.printed().slice(-PRINTED_CHARACTERS)}\n`);
      throw error;
    } finally {
      await product.stop();
    }
  }

  /** The product is stopped: embedded, the warehouse belongs to one process. */
  private async inWarehouse<T>(work: (warehouse: OpenWarehouse) => Promise<T>): Promise<T> {
    const warehouse = await openEmbeddedWarehouse({ directory: join(this.folder, 'clickhouse') });
    try {
      return await work(warehouse);
    } finally {
      await warehouse.close();
    }
  }
}

/** The newest. Without the rules that are judged at a rate: they are part of live work. */
async function sweepsOf(client: ApiClient): Promise<Sweep[]> {
  return (await client.get('/api/sweeps?limit=50', sweepListSchema)).items;
}

function isRunning({ state }: Sweep): boolean {
  return state === 'running';
}
