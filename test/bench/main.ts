import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { recoveryTable } from '../faults/report.js';
import { ARRIVAL_PER_SECOND, ClusterBench, type CatchUp, type Through } from './cluster.js';
import { benchIdle } from './idle.js';
import { benchLists } from './lists.js';
import { peers } from './peers.js';
import { aim, fixed, gigabytes, perSecond, progress, say, seconds, whole } from './printed.js';
import { reportDelay, reportIdle, reportProduct, reportRows } from './product-report.js';
import { benchProduct } from './product.js';
import { benchRows } from './rows.js';
import { benchLive } from './rules-live.js';
import { reportLive, reportSweeps } from './rules-report.js';
import { benchRules } from './rules.js';
import { benchStreamOnOwnBroker } from './stream-kafka.js';
import { benchStreamOnOwnServer } from './stream-postgres.js';
import { benchWarehouse, EVENTS } from './warehouse.js';
import { benchWriterInFolder } from './writer.js';

const PARTS = ['writer', 'stream', 'rules', 'product'] as const;
/** Only when asked for: the first two need Java and Maven, the cluster `redis-server` too; peers the peers' folder and Python. */
const MORE_PARTS = ['kafka', 'cluster', 'warehouse', 'peers', 'lists', 'rows', 'idle'] as const;

/** What ten minutes leave at the rate that goes on arriving. */
const OUTAGE_RECORDS = 600 * ARRIVAL_PER_SECOND;
/** What the part has without `--events`. */
const RULES_ROWS = '2000000';
const PEERS_EVENTS = '1000000';
/** Of the delays in the cluster. */
const CLUSTER_RATES = [10, 100, 500];

/** Aims, with the reason to look at a figure: below it, the note of a release must say what holds it back. */
const AIMS = {
  writerShare: 0.7,
  /** Kafka → writer → warehouse, of its slower part alone. */
  clusterShare: 0.7,
  /** Of the rate that goes on arriving. */
  catchUpFactor: 20,
};
/** From the stream to a finding, through five processes. */
const CLUSTER_DELAY = { p99Ms: 3_000 };

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
      events: { type: 'string' },
      beside: { type: 'string' },
      grown: { type: 'string' },
      rules: { type: 'string', default: '1' },
      rows: { type: 'string', default: '20000000' },
      'rows-from': { type: 'string' },
      minutes: { type: 'string', default: '5' },
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
  const county = { size: values.size, seed: Number(values.seed), rules: count(values.rules) };
  if (wanted.includes('writer')) await writer();
  if (wanted.includes('stream')) await stream();
  if (wanted.includes('kafka')) await kafka();
  if (wanted.includes('rules')) {
    const grown = values.grown === undefined ? null : count(values.grown);
    await rules({ ...county, rows: count(values.events ?? RULES_ROWS), grown });
  }
  if (wanted.includes('warehouse')) await warehouses();
  if (wanted.includes('peers'))
    await peers({
      seed: Number(values.seed),
      events: count(values.events ?? PEERS_EVENTS),
      beside: values.beside?.split(','),
    });
  if (wanted.includes('lists')) await lists(count(values.size === 'county' ? '1000000' : values.size));
  if (wanted.includes('cluster')) await cluster(Number(values.seed), count(values.backlog));
  if (wanted.includes('rows'))
    await rows({
      ...county,
      rows: count(values.rows),
      ...(values['rows-from'] !== undefined && { rowsFrom: count(values['rows-from']) }),
    });
  if (wanted.includes('idle')) await idle({ ...county, minutes: count(values.minutes) });
  if (wanted.includes('product')) reportProduct(await benchProduct(county));
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
  const from = input.rowsFrom === undefined ? "the county's own year" : `${whole(input.rowsFrom)} rows`;
  say(`\nThe delay over ${from} and over ${whole(input.rows)} rows, the past multiplied`);
  reportRows(await benchRows({ ...input, say: progress() }));
}

async function idle(input: Omit<Parameters<typeof benchIdle>[0], 'say'>): Promise<void> {
  say(`\nThe product at rest: the demo county's day comes in, an hour each minute, for ${input.minutes} minutes`);
  reportIdle(await benchIdle({ ...input, say: progress() }));
}

/** Prints each part as soon as it is measured. */
async function cluster(seed: number, backlog: number): Promise<void> {
  say('\nThe cluster: Kafka, Redis, PostgreSQL, the warehouse over HTTP and five processes, all on this machine');
  await ClusterBench.use({ seed, say: progress() }, async (bench) => {
    reportThrough(await bench.through(backlog));
    reportCatchUp(await bench.catchUp(backlog));
    for (const rate of CLUSTER_RATES) reportDelay(await bench.delay(rate), CLUSTER_DELAY);
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

/** More are swept in minutes. */
const MOST_SWEPT_EVENTS = 1_000_000;

async function rules(input: Omit<Parameters<typeof benchLive>[0], 'say'>): Promise<void> {
  reportSweeps(await benchRules({ events: Math.min(input.rows, MOST_SWEPT_EVENTS) }));
  reportLive(await benchLive({ ...input, say: progress() }));
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

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${text} is no number of records`);
  return value;
}
