import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { recoveryTable } from '../faults/report.js';
import { ARRIVAL_PER_SECOND, ClusterBench, type CatchUp, type Through } from './cluster.js';
import type { Delay } from './figures.js';
import { benchLists } from './lists.js';
import { peers } from './peers.js';
import { aim, fixed, gigabytes, perSecond, progress, say, seconds } from './printed.js';
import { benchProduct, type ProductBenchResult } from './product.js';
import { benchRows, type OverRows } from './rows.js';
import { benchRules } from './rules.js';
import { benchStreamOnOwnBroker } from './stream-kafka.js';
import { benchStreamOnOwnServer } from './stream-postgres.js';
import { benchWarehouse, EVENTS } from './warehouse.js';
import { benchWriterInFolder } from './writer.js';

const PARTS = ['writer', 'stream', 'rules', 'product'] as const;
/** Only when asked for: the first two need Java and Maven, the cluster `redis-server` too; peers the peers' folder and Python. */
const MORE_PARTS = ['kafka', 'cluster', 'warehouse', 'peers', 'lists', 'rows'] as const;

/** What ten minutes leave at the rate that goes on arriving. */
const OUTAGE_RECORDS = 600 * ARRIVAL_PER_SECOND;
/** Of the delays in the cluster. */
const CLUSTER_RATES = [10, 100, 500];

/** Aims, with the reason to look at a figure: below it, the note of a release must say what holds it back. */
const AIMS = {
  writerShare: 0.7,
  /** Kafka → writer → warehouse, of its slower part alone. */
  clusterShare: 0.7,
  /** Of the rate that goes on arriving. */
  catchUpFactor: 20,
  pathPerSecond: 10_000,
  delayP99Ms: 1_000,
  /** Over ten times the rows. */
  delayGrowth: 2,
  firstFindingMs: 60_000,
  loadedMs: 240_000,
  sweepMs: 30_000,
  /** With its examples, which run first. */
  trialMs: 3_000,
  memoryBytes: 3 * 1024 ** 3,
};

/** Of the rate that was wanted. */
const KEPT_SHARE = 0.95;

/** Runs the parts one after the other: two at once would measure each other. */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    // `bench -- cluster` says the same as `bench -- --only cluster`.
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      size: { type: 'string', default: 'county' },
      seed: { type: 'string', default: '1' },
      backlog: { type: 'string', default: String(OUTAGE_RECORDS) },
      events: { type: 'string', default: '1000000' },
      beside: { type: 'string' },
      rules: { type: 'string', default: '1' },
      rows: { type: 'string', default: '20000000' },
    },
  });
  const named = [...(values.only?.split(',') ?? []), ...positionals];
  const wanted: readonly string[] = named.length > 0 ? named : PARTS;
  const all = [...PARTS, ...MORE_PARTS];
  const unknown = wanted.filter((part) => !all.some((known) => known === part));
  if (unknown.length > 0) throw new RangeError(`no part ${unknown.join(', ')}; there are ${all.join(', ')}`);
  say(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${gigabytes(totalmem())} memory, seed ${values.seed}`,
  );
  if (wanted.includes('writer')) await writer();
  if (wanted.includes('stream')) await stream();
  if (wanted.includes('kafka')) await kafka();
  if (wanted.includes('rules')) await rules(count(values.events));
  if (wanted.includes('warehouse')) await warehouses();
  if (wanted.includes('peers'))
    await peers({ seed: Number(values.seed), events: count(values.events), beside: values.beside?.split(',') });
  if (wanted.includes('lists')) await lists(count(values.size === 'county' ? '1000000' : values.size));
  if (wanted.includes('cluster')) await cluster(Number(values.seed), count(values.backlog));
  if (wanted.includes('rows'))
    await rows({ size: values.size, seed: Number(values.seed), rules: count(values.rules), rows: count(values.rows) });
  if (wanted.includes('product'))
    report(await benchProduct({ size: values.size, seed: Number(values.seed), rules: count(values.rules) }));
}

async function writer(): Promise<void> {
  const result = await benchWriterInFolder({ existingRows: 1_000_000, records: 100_000, batchRecords: 5_000 });
  say('\nWriter: new order events over 1,000,000 rows, 5 % of them corrections, batches of 5,000');
  say(`  limit (same rows, same tables, no look-up)  ${perSecond(result.limitPerSecond)}`);
  say(`  writer                                      ${perSecond(result.writerPerSecond)}`);
  say(
    `  writer ÷ limit                              ${result.ratio.toFixed(2)}${aim(result.ratio >= AIMS.writerShare, '≥ 0.70')}`,
  );
  say(`  per batch: look-up ${result.perBatchMs.lookUp} ms, insert ${result.perBatchMs.insert} ms; two batches in hand at once`);
}

async function stream(): Promise<void> {
  const result = await benchStreamOnOwnServer({ messages: 200_000, batchMessages: 2_000 });
  say('\nStream on PostgreSQL alone');
  say(`  produce  ${perSecond(result.producedPerSecond)}`);
  say(`  consume  ${perSecond(result.consumedPerSecond)}`);
}

async function kafka(): Promise<void> {
  const result = await benchStreamOnOwnBroker({ messages: 200_000, batchMessages: 2_000 });
  say('\nStream on Kafka alone (one broker on this machine)');
  say(`  produce  ${perSecond(result.producedPerSecond)}`);
  say(`  consume  ${perSecond(result.consumedPerSecond)}`);
}

async function rows(input: Omit<Parameters<typeof benchRows>[0], 'say'>): Promise<void> {
  say(`\nThe delay over the county's own year and over ${input.rows.toLocaleString('en')} rows, the past multiplied`);
  const { county, grown, grew } = await benchRows({ ...input, say: progress() });
  reportOverRows(county);
  say(`  ${grew.copies} years more, merged, after           ${seconds(grew.elapsedMs)}`);
  reportOverRows(grown);
  const growth = grown.delay.p99Ms / county.delay.p99Ms;
  say(
    `  p99 of ${(grown.rows / county.rows).toFixed(1)} × the rows                  ${growth.toFixed(2)} ×${aim(growth <= AIMS.delayGrowth, '≤ 2 ×')}; p50 ${(grown.delay.p50Ms / county.delay.p50Ms).toFixed(2)} ×`,
  );
}

function reportOverRows({ rows: total, startMs, delay, cpuMsPerRecord }: OverRows): void {
  say(`  ${total.toLocaleString('en')} rows`);
  say(`    start                                ${seconds(startMs)}`);
  reportDelay(delay, AIMS.delayP99Ms);
  if (delay.keptPerSecond < KEPT_SHARE * delay.perSecond)
    say('    the rate was not kept: the machine had other work, and the delay says nothing of the product');
  say(`    processor a record                   ${cpuMsPerRecord.toFixed(1)} ms`);
}

/** Prints each part as soon as it is measured. */
async function cluster(seed: number, backlog: number): Promise<void> {
  say('\nThe cluster: Kafka, Redis, PostgreSQL, the warehouse over HTTP and five processes, all on this machine');
  await ClusterBench.use({ seed, say: progress() }, async (bench) => {
    reportThrough(await bench.through(backlog));
    reportCatchUp(await bench.catchUp(backlog));
    for (const rate of CLUSTER_RATES) reportDelay(await bench.delay(rate));
    say(`\n${recoveryTable(await bench.kills())}`);
  });
}

function reportThrough(through: Through): void {
  const share = through.perSecond / Math.min(through.consumeAlone, through.insertAlone);
  const [records, rows] = [through.records, through.existingRows].map((number) => number.toLocaleString('en'));
  say(`  ${records} order events over ${rows} rows, 5 % of them corrections`);
  say(`  kafkajs alone                            ${perSecond(through.consumeAlone)}`);
  say(`  insert alone                             ${perSecond(through.insertAlone)}`);
  say(`  Kafka → writer → warehouse               ${perSecond(through.perSecond)}`);
  say(`  ÷ the slower part                        ${share.toFixed(2)}${aim(share >= AIMS.clusterShare, '≥ 0.70')}`);
}

function reportDelay({ perSecond: rate, keptPerSecond, p50Ms, p99Ms }: Delay, atMostMs?: number): void {
  say(
    `  delay at ${String(rate).padStart(3)} records/s (kept: ${keptPerSecond.toFixed(1)})   p50 ${p50Ms} ms, p99 ${p99Ms} ms` +
      (atMostMs === undefined ? '' : aim(p99Ms <= atMostMs, `p99 ≤ ${atMostMs.toLocaleString('en')} ms`)),
  );
}

function reportCatchUp(caught: CatchUp): void {
  const factor = (rate: number) => {
    const times = rate / ARRIVAL_PER_SECOND;
    return `${perSecond(rate)}, ${times.toFixed(1)} × the arrival${aim(times >= AIMS.catchUpFactor, '≥ 20')}`;
  };
  say(`  after an outage: ${caught.backlog.toLocaleString('en')} records wait, ${ARRIVAL_PER_SECOND} records/s go on arriving`);
  say(`  first commit after the start             ${seconds(caught.firstCommitMs)}`);
  say(`  everything visible after                 ${seconds(caught.visibleMs)}; ${factor(caught.visiblePerSecond)}`);
  say(`  everything evaluated after               ${seconds(caught.evaluatedMs)}; ${factor(caught.evaluatedPerSecond)}`);
}

async function warehouses(): Promise<void> {
  say(
    `\nOne warehouse three ways: ${EVENTS.toLocaleString('en')} order events, batches of 5,000, the rules over one order together`,
  );
  for (const way of ['embedded', 'facade', 'server'] as const) {
    const { writer, rules, peakBytes, cpuSeconds } = await benchWarehouse(way);
    say(`  ${way}`);
    say(
      `    insert alone            ${perSecond(writer.limitPerSecond)}; look-up and insert ${perSecond(writer.writerPerSecond)}`,
    );
    say(`    per batch               look-up ${writer.perBatchMs.lookUp} ms, insert ${writer.perBatchMs.insert} ms`);
    say(`    rules                   ${rules.map(({ scopes, ms }) => `${scopes} orders: ${ms} ms`).join(', ')}`);
    say(`    processor               writer ${cpuSeconds.writer.toFixed(1)} s, rules ${cpuSeconds.rules.toFixed(1)} s`);
    say(`    memory, peak            ${gigabytes(peakBytes)}`);
  }
}

/** More events than these are swept in minutes; the live round is what has to stay the same. */
const MOST_SWEPT_EVENTS = 5_000_000;

async function rules(wanted: number): Promise<void> {
  const { events, rows, live } = await benchRules({ events: wanted, onlyLive: wanted > MOST_SWEPT_EVENTS });
  say(
    `\nRules over one order, ${events.toLocaleString('en')} order events: milliseconds for so many touched orders, and for all`,
  );
  for (const [name, costs] of Map.groupBy(rows, (row) => row.rules))
    say(`  ${name.padEnd(28)}${costs.map(({ scopes, ms }) => `${scopes}: ${ms}`.padStart(14)).join('')}`);
  say(`\nA live round, copies of those rules with other figures: milliseconds of processor by SQL, and in the process`);
  say('   rules  touched        SQL    process (elapsed)');
  for (const { rules: count, scopes, sqlCpuMs, roundCpuMs, roundMs } of live)
    say(
      `${String(count).padStart(8)}${String(scopes).padStart(9)}${fixed(sqlCpuMs)}${fixed(roundCpuMs)} (${Math.round(roundMs)})`,
    );
}

/** Nobody waits for a list. */
const LIST_P95_MS = 200;

async function lists(size: number): Promise<void> {
  say(`\nLists of the console over ${size.toLocaleString('en')} findings, milliseconds of one answer`);
  const { writes, bulk } = await benchLists(size, ({ name, p50Ms, p95Ms }) =>
    say(`  ${name.padEnd(48)}p50${fixed(p50Ms)}, p95${fixed(p95Ms)}${aim(p95Ms <= LIST_P95_MS, '≤ 200 ms')}`),
  );
  say(
    `  load of the machine in the last minutes: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  );
  say('\n  Writing 1,000 findings more, and withdrawing 1,000: milliseconds, and kB of the log');
  for (const { without, insert, withdraw } of writes)
    say(
      `    without ${without.padEnd(26)}${fixed(insert.ms)}${fixed(insert.kilobytes)} kB, ${fixed(withdraw.ms)}${fixed(withdraw.kilobytes)} kB`,
    );
  const each = bulk.elapsedMs / Math.max(1, bulk.findings);
  say(
    `  ${bulk.findings.toLocaleString('en')} decided on one after the other: ${seconds(bulk.elapsedMs)}, ${each.toFixed(1)} ms each`,
  );
}

function report(result: ProductBenchResult): void {
  const { load, sweep, trialMs, delays, memory } = result;
  say('\nThe whole product, all rules on');
  say(`  first finding visible   ${seconds(load.firstFindingMs)}${aim(load.firstFindingMs <= AIMS.firstFindingMs, '≤ 60 s')}`);
  say(`  year loaded and swept   ${seconds(load.loadedMs)}${aim(load.loadedMs <= AIMS.loadedMs, '≤ 240 s')}`);
  say(`  records                 ${load.records.toLocaleString('en')}`);
  say(
    `  path while loading      ${perSecond(load.recordsPerSecond)}${aim(load.recordsPerSecond >= AIMS.pathPerSecond, '≥ 10,000')}`,
  );
  say(
    `  full sweep              ${seconds(sweep.elapsedMs)}, drift ${sweep.drift}${aim(sweep.elapsedMs <= AIMS.sweepMs, '≤ 30 s')}`,
  );
  say(`  trial of a rule         ${seconds(trialMs)}${aim(trialMs <= AIMS.trialMs, '≤ 3 s')}`);
  for (const delay of delays)
    say(
      `  delay at ${String(Math.round(delay.keptPerSecond)).padStart(4)} records/s   p50 ${delay.p50Ms} ms, p99 ${delay.p99Ms} ms` +
        (delay.perSecond === 100 ? aim(delay.p99Ms <= AIMS.delayP99Ms, 'p99 ≤ 1,000 ms') : '') +
        (delay.late ? `; of finished periods p50 ${delay.late.p50Ms} ms, p99 ${delay.late.p99Ms} ms` : ''),
    );
  say(
    `  memory, peak            product ${gigabytes(memory.productBytes)}, with PostgreSQL ${gigabytes(memory.allBytes)}${aim(memory.allBytes < AIMS.memoryBytes, '< 3 GB')}`,
  );
  say(`                          sandbox county beside it ${gigabytes(memory.sandboxBytes)}`);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${text} is no number of records`);
  return value;
}
