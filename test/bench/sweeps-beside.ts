import { sweepListSchema, type Sweep } from '@tianyan/console-app/api';
import { chinaDayOf, DAY_MS, HOUR_MS, startOfChinaDayMs } from '@tianyan/kernel';
import { until, type ApiClient } from '../product/api-client.js';

/** A sweep of a county's first night waits for its first load, and takes minutes beside others. */
const SWEEP_TIMEOUT_MS = 1_800_000;

/** In the county's night files are handed over from two on, and all is swept from three on. */
const NIGHT_FROM_MS = 2 * HOUR_MS;
const NIGHT_TO_MS = 4 * HOUR_MS;

/**
 * Until the county's nightly sweep has ended and none is running. After a load it begins by itself, in the middle of what would be measured
 * next; and after a start over the same folder it would come again.
 */
export async function untilSwept(client: ApiClient): Promise<void> {
  await until('the nightly sweep has ended', SWEEP_TIMEOUT_MS, async () => {
    const sweeps = await sweepsOf(client);
    return sweeps.some(({ looksForDrift, state }) => looksForDrift && state === 'done') && !sweeps.some(isRunning);
  });
}

/** Measures, and fails where a sweep ran meanwhile: it takes a core for itself, and the figure says nothing. */
export async function withoutSweep<T>(client: ApiClient, measure: () => Promise<T>): Promise<T> {
  const before = await sweepsOf(client);
  const measured = await measure();
  const beside = ranBeside(before, await sweepsOf(client));
  if (beside.length > 0)
    throw new Error(`a sweep ran beside it (${beside.map(({ reason }) => reason).join('、')}): it says nothing`);
  return measured;
}

/** Those that are new since, and those that were running already. */
export function ranBeside<S extends Pick<Sweep, 'id' | 'state'>>(before: readonly S[], after: readonly S[]): S[] {
  const over = new Set(before.filter((sweep) => !isRunning(sweep)).map(({ id }) => id));
  return after.filter(({ id }) => !over.has(id));
}

/** Whether the county's next night does not begin for so long, and the one before is over. */
export function isDayFor(countyNowMs: number, countyMs: number): boolean {
  const sinceMidnightMs = countyNowMs - startOfChinaDayMs(chinaDayOf(countyNowMs));
  return sinceMidnightMs >= NIGHT_TO_MS && sinceMidnightMs + countyMs <= DAY_MS + NIGHT_FROM_MS;
}

/** The longest time for which it can be day. */
export const LONGEST_DAY_MS = DAY_MS + NIGHT_FROM_MS - NIGHT_TO_MS;

/** The newest. Without the rules that are judged at a rate: they are part of live work. */
export async function sweepsOf(client: ApiClient): Promise<Sweep[]> {
  return (await client.get('/api/sweeps?limit=50', sweepListSchema)).items;
}

function isRunning({ state }: Pick<Sweep, 'state'>): boolean {
  return state === 'running';
}
