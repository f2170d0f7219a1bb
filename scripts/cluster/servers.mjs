import { freePort } from '@tianyan/kernel';
import { createLogger, keptSecret, leaveSignalsToTheProcess, readStartConfig, startEmbeddedPostgres } from '@tianyan/runtime';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './children.mjs';
import { StartRefused } from './options.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const KAFKA_TIMEOUT_MS = 12 * 60_000; // the first time Maven downloads it
const START_TIMEOUT_MS = 180_000;

/**
 * Starts what the environment names no server for. Each one is added to `closers` as soon as it runs.
 * @returns the environment of the processes
 */
export async function startServers({ options, env, data, say, closers, onEnd }) {
  const start = (child) => {
    closers.push(() => child.stop());
    void watch(child, onEnd);
    return child;
  };
  const node = (name, ...args) => start(new Child({ name, command: process.execPath, args }));
  const config = configOf(env);
  // Also where no PostgreSQL is started here.
  leaveSignalsToTheProcess();
  const urls = {};
  if (!env.TIANYAN_POSTGRES_URL) urls.TIANYAN_POSTGRES_URL = await postgres({ config, data, closers });
  say(`PostgreSQL    ${shown(env.TIANYAN_POSTGRES_URL ?? urls.TIANYAN_POSTGRES_URL)}`);
  if (!env.TIANYAN_REDIS_URL) urls.TIANYAN_REDIS_URL = await redis({ data, start });
  say(`Redis         ${shown(env.TIANYAN_REDIS_URL ?? urls.TIANYAN_REDIS_URL)}`);
  if (!env.TIANYAN_CLICKHOUSE_URL) {
    const directory = join(data, 'clickhouse-server');
    // The other stores would go on from where they were, over an empty warehouse.
    if (existsSync(join(data, 'clickhouse')) && !existsSync(directory))
      throw new StartRefused(
        `${data} 是旧版本试用集群的数据：这里的 ClickHouse 已换成真正的服务器，旧的记录库不能沿用。请删除它，或用 TIANYAN_DATA 指定新的目录。`,
      );
    const script = join(root, 'libs/warehouse/dist/testing/server/server-main.js');
    const server = node('ClickHouse', script, '--data', directory);
    urls.TIANYAN_CLICKHOUSE_URL = JSON.parse(await server.firstLine(START_TIMEOUT_MS)).url;
  }
  say(`ClickHouse    ${shown(env.TIANYAN_CLICKHOUSE_URL ?? urls.TIANYAN_CLICKHOUSE_URL)}`);
  if (options.stream === 'kafka' && !env.TIANYAN_KAFKA_BROKERS) {
    const script = join(root, 'deploy/kafka/start.mjs');
    const kafka = node('Kafka', script, '--data', join(data, 'kafka'), '--port', '0', '--stop-with-stdin');
    urls.TIANYAN_KAFKA_BROKERS = JSON.parse(await kafka.firstLine(KAFKA_TIMEOUT_MS)).brokers;
  }
  if (options.stream === 'kafka') say(`Kafka         ${env.TIANYAN_KAFKA_BROKERS ?? urls.TIANYAN_KAFKA_BROKERS}`);
  if (config.sandbox !== null) Object.assign(urls, await sandbox({ county: config.sandbox, data, node, say }));
  return { ...env, ...urls };
}

async function watch(child, onEnd) {
  const how = await child.exited;
  if (!child.stopping) onEnd(child, how);
}

/** Before anything is started. */
function configOf(env) {
  try {
    return readStartConfig(env);
  } catch (error) {
    throw asRefused(error);
  }
}

function asRefused(error) {
  return error.kind === 'refused' ? new StartRefused(error.message) : error;
}

async function postgres({ config, data, closers }) {
  const logger = createLogger({ ...config, dataDirectory: data }, 'postgres');
  const password = keptSecret(join(data, 'secrets', 'postgres-password'));
  try {
    const server = await startEmbeddedPostgres({ directory: join(data, 'postgres'), password, logger });
    closers.push(() => server.stop());
    return server.url;
  } catch (error) {
    throw asRefused(error);
  }
}

async function redis({ data, start }) {
  const directory = join(data, 'redis');
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: directory, appendonly: 'yes', 'maxmemory-policy': 'noeviction' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await start(new Child({ name: 'Redis', command: 'redis-server', args })).firstLine(START_TIMEOUT_MS);
  return `redis://127.0.0.1:${port}`;
}

async function sandbox({ county, data, node, say }) {
  const child = node(
    '演示县',
    join(root, 'apps/sandbox/dist/main.js'),
    `--seed=${county.seed}`,
    `--size=${county.size}`,
    `--speed=${county.speed}`,
    '--port=0',
    `--data=${resolve(data, 'sandbox')}`,
  );
  const { url, exportsFolder } = JSON.parse(await child.firstLine(START_TIMEOUT_MS));
  say(`演示县接口    ${url}`);
  return { TIANYAN_SANDBOX_URL: url, TIANYAN_SANDBOX_EXPORTS: exportsFolder };
}

/** The first of several, without the password. */
function shown(urls) {
  const parsed = new URL(urls.split(',')[0]);
  return `${parsed.protocol}//${parsed.host}`;
}
