import type { Delay } from './figures.js';
import type { IdleBenchResult } from './idle.js';
import { aim, fixed, gigabytes, perSecond, say, seconds, whole } from './printed.js';
import type { Load, ProductBenchResult } from './product.js';
import type { OverRows, RowsBenchResult } from './rows.js';

/** Aims, with the reason to look at a figure: below it, the note of a release must say what holds it back. */
const AIMS = {
  /** Of one core, while only the demo county's day comes in. */
  idleShare: 0.1,
  /** From a record to what it means: to have it stored alone is a part of that, and has no aim of its own. */
  judgedPerSecond: 15_000,
  loadCpuMsPerRecord: 0.1,
  loadBytes: 1.5 * 1024 ** 3,
  /** Over ten times the rows. */
  delayGrowth: 2,
  firstFindingMs: 60_000,
  loadedMs: 240_000,
  sweepMs: 30_000,
  /** With its examples, which run first. */
  trialMs: 3_000,
  memoryBytes: 3 * 1024 ** 3,
};

/** The rate at which the aims of the delay hold. */
const AIMED_RATE = 100;
/** Of the rate that was wanted. */
const KEPT_SHARE = 0.95;

/** What the delay of the single process should be: with few rules a second, with hundreds less, since it was set for them. */
function delayAims(rules: number): { p50Ms?: number; p99Ms: number } {
  return rules >= 300 ? { p50Ms: 300, p99Ms: 800 } : { p99Ms: 1_000 };
}

/** @param aims missing: what it was measured for says nothing of it */
export function reportDelay(delay: Delay, aims?: { p50Ms?: number; p99Ms: number }): void {
  const { perSecond: rate, keptPerSecond, p50Ms, p99Ms, late } = delay;
  const aimed = rate === AIMED_RATE ? aims : undefined;
  say(
    `  delay at ${String(rate).padStart(3)} records/s (kept: ${keptPerSecond.toFixed(1)})   p50 ${p50Ms} ms${below(p50Ms, 'p50', aimed?.p50Ms)}, p99 ${p99Ms} ms${below(p99Ms, 'p99', aimed?.p99Ms)}` +
      (late ? `; of finished periods p50 ${late.p50Ms} ms, p99 ${late.p99Ms} ms` : ''),
  );
  if (keptPerSecond < KEPT_SHARE * rate)
    say('    the rate was not kept: the machine had other work, and the delay says nothing of the product');
}

function below(ms: number, name: string, atMostMs: number | undefined): string {
  return atMostMs === undefined ? '' : aim(ms <= atMostMs, `${name} ≤ ${whole(atMostMs)} ms`);
}

export function reportProduct(result: ProductBenchResult): void {
  const { load, loadPeakBytes, rules, sweep, trialMs, delays, memory } = result;
  say(`\nThe whole product, all rules on: ${rules} are judged`);
  reportLoad(load, loadPeakBytes);
  say(
    `  full sweep              ${seconds(sweep.elapsedMs)}, drift ${sweep.drift}${aim(sweep.elapsedMs <= AIMS.sweepMs, '≤ 30 s')}`,
  );
  say(`  trial of a rule         ${seconds(trialMs)}${aim(trialMs <= AIMS.trialMs, '≤ 3 s')}`);
  for (const delay of delays) reportDelay(delay, delayAims(rules));
  say(
    `  memory, peak            product ${gigabytes(memory.productBytes)}, with PostgreSQL ${gigabytes(memory.allBytes)}${aim(memory.allBytes < AIMS.memoryBytes, '< 3 GB')}`,
  );
  say(`                          sandbox county beside it ${gigabytes(memory.sandboxBytes)}`);
}

function reportLoad(load: Load, peakBytes: number): void {
  say(`  first finding visible   ${seconds(load.firstFindingMs)}${aim(load.firstFindingMs <= AIMS.firstFindingMs, '≤ 60 s')}`);
  say(`  year loaded and swept   ${seconds(load.loadedMs)}${aim(load.loadedMs <= AIMS.loadedMs, '≤ 240 s')}`);
  say(`  records                 ${whole(load.records)}`);
  say(`    into the warehouse    ${perSecond(load.recordsPerSecond)}`);
  say(
    `    up to findings        ${perSecond(load.judgedPerSecond)}${aim(load.judgedPerSecond >= AIMS.judgedPerSecond, '≥ 15,000/s')}`,
  );
  say(
    `    processor of each     ${load.cpuMsPerRecord.toFixed(3)} ms${aim(load.cpuMsPerRecord <= AIMS.loadCpuMsPerRecord, '≤ 0.1 ms')}; of the county, which hands it over, ${load.countyCpuMsPerRecord.toFixed(3)} ms`,
  );
  say(`    memory, peak          ${gigabytes(peakBytes)}${aim(peakBytes <= AIMS.loadBytes, '≤ 1.5 GB')}`);
}

export function reportRows({ first, grown, grew }: RowsBenchResult): void {
  reportOverRows(first);
  say(`  ${grew.years.toFixed(1)} years more, merged, after         ${seconds(grew.elapsedMs)}`);
  reportOverRows(grown);
  const growth = grown.delay.p99Ms / first.delay.p99Ms;
  say(
    `  p99 of ${(grown.rows / first.rows).toFixed(1)} × the rows                  ${growth.toFixed(2)} ×${aim(growth <= AIMS.delayGrowth, '≤ 2 ×')}; p50 ${(grown.delay.p50Ms / first.delay.p50Ms).toFixed(2)} ×`,
  );
}

function reportOverRows({ rows, rules, startMs, delay, cpuMsPerRecord }: OverRows): void {
  say(`  ${whole(rows)} rows, ${rules} rules are judged`);
  say(`    start                                ${seconds(startMs)}`);
  reportDelay(delay, delayAims(rules));
  say(`    processor a record                   ${cpuMsPerRecord.toFixed(1)} ms`);
}

export function reportIdle({ rules, elapsedMs, records, cpuMs, countyCpuMs }: IdleBenchResult): void {
  const share = cpuMs / elapsedMs;
  say(`  ${rules} rules are judged; ${whole(records)} records in ${seconds(elapsedMs)}`);
  say(`  records                 ${(records / (elapsedMs / 1_000)).toFixed(1)} a second`);
  say(`  processor, of one core  ${percent(share)}${aim(share <= AIMS.idleShare, '≤ 10 %')}`);
  say(`    a record              ${fixed(cpuMs / records).trim()} ms`);
  say(`  the simulated county    ${percent(countyCpuMs / elapsedMs)} beside it, which no real county has`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
