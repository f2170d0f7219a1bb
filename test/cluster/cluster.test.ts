import { freePort } from '@tianyan/kernel';
import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { ApiClient, until } from '../product/api-client.js';
import { AT_RATE_RULES, isPerfect, scoreByRule, table, truthAt, type RuleScore, PACKED_RULES } from '../product/truth.js';
import { Cluster } from './cluster.js';

/**
 * The five apps as processes of their own, two correlators among them, over servers: PostgreSQL, ClickHouse over HTTP,
 * Redis, and Kafka where it can be started. What is found must be what the county knows to be true.
 */
const SETTLE_TIMEOUT_MS = 240_000;
const PASSWORD = 'Tianyan-2026-first';
/** Slow enough that deadlines do not run out between two looks. */
const SPEED = '1';
/** Some records a second. */
const EVENTFUL_SPEED = 120;

const isMissing = (command: string, ...args: string[]) => {
  const { error, status } = spawnSync(command, args);
  return error !== undefined || status !== 0;
};
// Where everything has to be tested, what is missing is a failure.
const isStrict = process.env['CI'] === 'true';
const withoutRedis = !isStrict && isMissing('redis-server', '--version');
if (withoutRedis) console.warn('SKIPPED: the cluster, because redis-server is not installed (apt-get install redis-server)');
const withoutKafka = !isStrict && isMissing(process.execPath, 'deploy/kafka/start.mjs', '--check');
if (withoutKafka)
  console.warn('SKIPPED: the cluster on Kafka, because Java or Maven is missing; the stream is put into PostgreSQL');

let cluster: Cluster | undefined;
afterAll(() => cluster?.dispose());

async function figure(address: string, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
}

(withoutRedis ? test.skip : test)(
  'separate processes find what the all-in-one process finds, share the work, and stop in time',
  async () => {
    cluster = await Cluster.start(['--stream', withoutKafka ? 'postgres' : 'kafka', '--copies', 'correlator=2'], {
      TIANYAN_PORT: String(await freePort()),
      TIANYAN_SANDBOX_SPEED: SPEED,
      TIANYAN_SANDBOX_SEED: '20260701',
    });
    const running = cluster;
    const client = await ApiClient.signIn(running, 'admin', PASSWORD);

    let scores: RuleScore[] = [];
    const settled = (but?: ReadonlySet<string>) =>
      until(
        'findings equal the truth',
        SETTLE_TIMEOUT_MS,
        async () => {
          const { countyNowMs } = await client.overview();
          const truth = await truthAt(running.addressOf('演示县接口'), countyNowMs);
          scores = scoreByRule(truth, await client.openFindings(), countyNowMs);
          return isPerfect(scores, but);
        },
        () => `${table(scores)}\n${running.printed()}`,
      );
    await settled(AT_RATE_RULES);
    expect(scores.filter((score) => score.planted > 0)).toHaveLength(PACKED_RULES);

    // Asked for at the console, run by a correlator. What is judged at a rate has its turn within the hour; now it is found.
    expect(await client.sweep()).toMatchObject({ state: 'done', driftFindings: 0, driftWakeUps: 0 });
    await settled();

    const correlators = ['correlator-1', 'correlator-2'].map((name) => running.addressOf(name));
    // The past year may have come in before the second one had joined: of what comes now, each has its part.
    const runAt = (speed: number) =>
      fetch(`${running.addressOf('演示县接口')}/control/speed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ speed }),
      });
    expect((await runAt(EVENTFUL_SPEED)).status).toBe(200);
    await until('both correlators have judged something', SETTLE_TIMEOUT_MS, async () => {
      const landed = correlators.map((address) => figure(address, /^tianyan_correlator_landed_batches_total (\d+)/gm));
      return Math.min(...(await Promise.all(landed))) > 0;
    });
    expect((await runAt(Number(SPEED))).status).toBe(200);
    await until('the lag of the writers is shown, and there is none', SETTLE_TIMEOUT_MS, async () => {
      const metrics = await (await fetch(`${running.addressOf('writer')}/metrics`)).text();
      expect(metrics).toContain('tianyan_stream_lag_messages{group="writer",topic="records.hotline.order"}');
      return (await figure(running.addressOf('writer'), /^tianyan_stream_lag_messages\{group="writer",.*\} (\d+)/gm)) === 0;
    });

    expect(await running.stop()).toBe(0);
    // It says so of every process that had to be cut off.
    expect(running.printed()).not.toContain('没有按时做完');
  },
  3 * SETTLE_TIMEOUT_MS,
);
