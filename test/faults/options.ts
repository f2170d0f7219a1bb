import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { randomPlan, shortPlan, type Plan } from './plan.js';

/** The short form's seed: what `npm test` does must not change from day to day. */
const SHORT_SEED = 20_260_701;
/** Blows of one cluster; then a new one with the next seed, another county. */
const POINTS_PER_RUN = 50;
/** Orders of a year whose records are more than 200,000. */
const FULL_SIZE = '22000';

const keptSchema = z.array(z.object({ seed: z.number(), points: z.number(), size: z.string(), why: z.string() }));

/** Runs that failed once: they always run. */
export function keptPlans(): Plan[] {
  const file = new URL('./seeds.json', import.meta.url);
  return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).map(({ seed, points, size }) => randomPlan(seed, points, size));
}

/** What `npm run test:faults` was asked for; the short form without it. */
export function chosenPlans(env: Readonly<Record<string, string | undefined>>): Plan[] {
  const points = Number(env['TIANYAN_FAULT_POINTS'] ?? 0);
  if (points === 0) return [shortPlan(SHORT_SEED)];
  const seed = Number(env['TIANYAN_FAULT_SEED'] ?? SHORT_SEED);
  const size = env['TIANYAN_FAULT_SIZE'] ?? FULL_SIZE;
  const runs = Math.ceil(points / POINTS_PER_RUN);
  return Array.from({ length: runs }, (_, run) =>
    randomPlan(seed + run, Math.min(POINTS_PER_RUN, points - run * POINTS_PER_RUN), size),
  );
}

export function isShort(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['TIANYAN_FAULT_POINTS'] === undefined;
}

/** What this machine lacks, one line each; empty when the cluster can be started. */
export function missingHere(): string {
  const kafka = spawnSync(process.execPath, [join(process.cwd(), 'deploy/kafka/start.mjs'), '--fetch'], { encoding: 'utf8' });
  const missing = kafka.status === 0 ? [] : [kafka.stderr.trim()];
  if (spawnSync('redis-server', ['--version']).error)
    missing.push('缺少 redis-server。Debian/Ubuntu：apt-get install redis-server');
  for (const tool of ['prlimit', 'setpriv'])
    if (spawnSync(tool, ['--version']).error) missing.push(`缺少 ${tool}（属于 util-linux）：故障测试只能在 Linux 上运行`);
  return missing.join('\n');
}
