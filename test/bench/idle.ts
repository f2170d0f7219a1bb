import { MINUTE_MS, SECOND_MS } from '@tianyan/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { figuresAt } from './figures.js';
import { cpuMsBelow, measureLoad, PASSWORD, runningRules, settingsOf, withLastWords } from './product.js';
import { isDayFor, LONGEST_DAY_MS, untilSwept, withoutSweep } from './sweeps-beside.js';

/** What the product takes while nobody asks anything of it, and a county's day comes in as it happens. */
export interface IdleBenchResult {
  /** That are judged. */
  rules: number;
  elapsedMs: number;
  records: number;
  /** Processor time of the product and its databases. */
  cpuMs: number;
  /** Of the simulated county, which no real county has beside it. */
  countyCpuMs: number;
}

/** As `npm start` runs the demo county: an hour of it each minute. */
const SPEED = 60;
/** Code is compiled and caches are filled by then. */
const WARM_UP_MS = MINUTE_MS;
const LOOK_EVERY_MS = 5 * SECOND_MS;

export async function benchIdle(input: {
  size: string;
  seed: number;
  rules: number;
  minutes: number;
  say: (text: string) => void;
}): Promise<IdleBenchResult> {
  const measuredMs = input.minutes * MINUTE_MS;
  const countyMs = (WARM_UP_MS + measuredMs) * SPEED;
  if (countyMs > LONGEST_DAY_MS) throw new RangeError(`a day of the county takes less than ${input.minutes} minutes`);
  const startedMs = performance.now();
  const settings = settingsOf(input.rules);
  const product = await Product.start({ size: input.size, seed: input.seed, speed: SPEED, env: settings.env });
  try {
    return await withLastWords(product, async () => {
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);
      await measureLoad(product, client, { startedMs, rules: settings.rules });
      input.say('loaded; waiting until all is swept and it is day in the county');
      await untilDay(client, countyMs);
      input.say(`measuring for ${input.minutes} minutes`);
      return await withoutSweep(client, async () => {
        await pause(WARM_UP_MS);
        const rules = await runningRules(client);
        return { rules, ...(await measure(product, measuredMs)) };
      });
    });
  } finally {
    await product.dispose();
    settings.remove();
  }
}

/** Until nothing of the night is under way, and the next one is far enough; a night is some minutes. */
async function untilDay(client: ApiClient, countyMs: number): Promise<void> {
  for (;;) {
    await untilSwept(client);
    if (isDayFor((await client.overview()).countyNowMs, countyMs)) return;
    await pause(LOOK_EVERY_MS);
  }
}

/** Nothing is asked of the product meanwhile. */
async function measure(product: Product, measuredMs: number): Promise<Omit<IdleBenchResult, 'rules'>> {
  const records = async () => (await figuresAt(product.url)).get('tianyan_writer_records_total') ?? 0;
  const recordsBefore = await records();
  const startMs = performance.now();
  const before = cpuMsBelow(product);
  await pause(measuredMs);
  const after = cpuMsBelow(product);
  return {
    elapsedMs: performance.now() - startMs,
    records: (await records()) - recordsBefore,
    cpuMs: after.product - before.product,
    countyCpuMs: after.county - before.county,
  };
}
