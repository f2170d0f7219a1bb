import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fewBlows, randomBlows, type Blow } from './blows.js';

/** What `npm test` does must not change from day to day. */
const SHORT_SEED = 20_261_128;
/** Blows of one cluster; then a new one with the next seed. Some 250,000 records: what the checks hold in memory. */
const POINTS_PER_RUN = 25;

export interface BrokerRun {
  seed: number;
  blows: readonly Blow[];
  /** Asked for by name: what needs luck, and so patience, is tried too. */
  full: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm run test:faults -- --brokers` was asked for; the short form without it. */
export function chosenRuns(env: Environment): BrokerRun[] {
  const points = Number(env['TIANYAN_BROKER_POINTS'] ?? 0);
  if (points === 0) return [{ seed: SHORT_SEED, blows: fewBlows(SHORT_SEED), full: false }];
  const first = Number(env['TIANYAN_FAULT_SEED'] ?? SHORT_SEED);
  return Array.from({ length: Math.ceil(points / POINTS_PER_RUN) }, (_, run) => {
    const seed = first + run;
    return { seed, blows: randomBlows(seed, Math.min(POINTS_PER_RUN, points - run * POINTS_PER_RUN)), full: true };
  });
}

/** What this machine lacks, one line each; empty when the cluster can be started. */
export function missingHere(): string {
  const kafka = spawnSync(process.execPath, [join(process.cwd(), 'deploy/kafka/start.mjs'), '--fetch'], { encoding: 'utf8' });
  const missing = kafka.status === 0 ? [] : [kafka.stderr.trim()];
  if (spawnSync('redis-server', ['--version']).error)
    missing.push('缺少 redis-server。Debian/Ubuntu：apt-get install redis-server');
  return missing.join('\n');
}
