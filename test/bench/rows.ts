import { ApiClient } from '../product/api-client.js';
import { CountyFolder } from './county-folder.js';
import type { Delay } from './figures.js';
import { treeCpuMs } from './processes.js';
import { measureDelay, PASSWORD, runningRules, settingsOf } from './product.js';
import { SteadyPush } from './steady-push.js';
import { withoutSweep } from './sweeps-beside.js';

/** The product over so many rows, after a start. */
export interface OverRows {
  /** Rows of the logs: each record as it came, and what killed an older version. Every one stands in several copies besides. */
  rows: number;
  /** That are judged. */
  rules: number;
  /** From nothing to the address, databases included. */
  startMs: number;
  delay: Delay;
  /** Of the product, its databases and the simulated county, for each record that was pushed. */
  cpuMsPerRecord: number;
}

export interface RowsBenchResult {
  /** Over the county's own year, or that with as much of its past as was wanted before. */
  first: OverRows;
  grown: OverRows;
  grew: { years: number; elapsedMs: number };
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
  /** In all logs together before the first measurement; missing: the county's own year. */
  rowsFrom?: number;
  /** In all logs together. */
  rows: number;
  say: (text: string) => void;
}): Promise<RowsBenchResult> {
  const settings = settingsOf(input.rules);
  const folder = new CountyFolder({ ...input, env: settings.env });
  try {
    await folder.load(settings.rules);
    const { rows } = await folder.grow(input.rowsFrom ?? 0);
    folder.keep();
    const first = { rows, ...(await measure(folder, input.say)) };
    folder.putBack();
    const startedMs = performance.now();
    const { years, ...grown } = await folder.grow(input.rows);
    const grew = { years, elapsedMs: performance.now() - startedMs };
    return { first, grew, grown: { ...grown, ...(await measure(folder, input.say)) } };
  } finally {
    folder.remove();
    settings.remove();
  }
}

/** From a start over what is there to a minute at the rate. */
async function measure(folder: CountyFolder, say: (text: string) => void): Promise<Omit<OverRows, 'rows'>> {
  const startedMs = performance.now();
  return folder.started(async (product) => {
    const startMs = performance.now() - startedMs;
    say(`started in ${Math.round(startMs)} ms`);
    const client = await ApiClient.signIn(product, 'admin', PASSWORD);
    const push = await SteadyPush.prepare(product);
    return withoutSweep(client, async () => {
      await push.run(RATE_PER_SECOND, WARM_UP_MS);
      const rules = await runningRules(client);
      const cpuBeforeMs = treeCpuMs(product.pid);
      const pushedMs = performance.now();
      const delay = await measureDelay(product, push, RATE_PER_SECOND);
      const records = (delay.keptPerSecond * (performance.now() - pushedMs)) / 1_000;
      return { rules, startMs, delay, cpuMsPerRecord: (treeCpuMs(product.pid) - cpuBeforeMs) / records };
    });
  });
}
