#!/usr/bin/env node
// Kafka without containers: fetches the broker's jars with Maven, formats the storage once, starts one KRaft node (alone or
// of several), waits until it answers, prints one line of JSON, and stops it on SIGTERM, SIGINT or (if asked) the end of standard input.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brokerJars, missingForKafka } from './jars.mjs';
import { readOptions, StartRefused, USAGE } from './options.mjs';

/** A cold start on a busy machine takes some 15 s; after this something is wrong. */
const START_TIMEOUT_MS = 120_000;
const LOOK_MS = 100;
/** An answer takes milliseconds; a broker that is still starting may leave the question open. */
const ANSWER_TIMEOUT_MS = 2_000;
/** A clean stop writes snapshots; a broker that takes longer is killed, which its log survives. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Below the ports that outgoing connections are given: the broker takes its own only seconds later, and after a kill it
 * wants the same one back. Like freePort of libs/kernel, which is not built yet where this script runs alone; one that a
 * server has by chance ends the start.
 */
async function freePort() {
  const port = randomInt(20_000, 32_768);
  const server = createServer();
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  await new Promise((done) => server.close(done));
  return port;
}

/** With three nodes or more every partition has three copies, and two must have a message before it counts as stored. */
function copiesOf(nodes) {
  return nodes.length >= 3 ? { copies: 3, copiesInSync: 2 } : { copies: 1, copiesInSync: 1 };
}

function writeConfiguration(options, ports) {
  const template = readFileSync(new URL('server.properties', import.meta.url), 'utf8');
  const own = options.node ?? { id: 1, host: '127.0.0.1', port: ports.controller };
  const nodes = options.nodes ?? [own];
  const values = {
    host: options.host,
    port: ports.broker,
    node: own.id,
    controllerHost: own.host,
    controllerPort: own.port,
    nodes: nodes.map(({ id, host, port }) => `${id}@${host}:${port}`).join(','),
    data: options.data,
    ...copiesOf(nodes),
  };
  // What --set gives comes last and so counts.
  const whole = `${template}\n# --set\n${options.set.join('\n')}\n`;
  const file = join(options.data, 'server.properties');
  // May hold passwords of key stores.
  writeFileSync(
    file,
    whole.replace(/\$\{(\w+)\}/g, (kept, name) => String(values[name] ?? kept)),
    { mode: 0o600 },
  );
  return file;
}

function javaCommand(options, jars) {
  const logs = join(options.data, 'logs');
  const log4j = new URL('log4j2.xml', import.meta.url).href;
  return [
    `-Xmx${options.heap}`,
    ...options.jvm,
    `-Dlog4j2.configurationFile=${log4j}`,
    `-Dkafka.logs.dir=${logs}`,
    `-Dkafka.log.level=${process.env.TIANYAN_KAFKA_LOG_LEVEL ?? 'warn'}`,
    '-cp',
    `${jars}/*`,
  ];
}

/** Gives the data folder its cluster id, once. */
function format(options, jars, configuration) {
  if (existsSync(join(options.data, 'log', 'meta.properties'))) return;
  const clusterId = options.clusterId ?? randomBytes(16).toString('base64url');
  const scram = options.addScram.flatMap((user) => ['--add-scram', user]);
  const run = spawnSync(
    'java',
    [...javaCommand(options, jars), 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configuration, ...scram],
    { encoding: 'utf8' },
  );
  if (run.status !== 0) throw new StartRefused(`数据目录 ${options.data} 无法格式化：\n${run.stdout}${run.stderr}`);
}

/** Whether the broker names itself in its metadata, that is, takes part in the cluster. */
function answers(host, port) {
  return new Promise((done) => {
    const socket = connect({ host, port });
    const finish = (ready) => {
      socket.destroy();
      done(ready);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => {
      // Metadata v1, correlation 1, no client id, no topics.
      socket.write(Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]));
    });
    let answer = Buffer.alloc(0);
    socket.on('data', (piece) => {
      answer = Buffer.concat([answer, piece]);
      // Size, correlation id, number of brokers.
      if (answer.length >= 12) finish(answer.readInt32BE(8) > 0);
    });
  });
}

async function untilItAnswers(broker, options, port) {
  const host = options.host === '0.0.0.0' ? '127.0.0.1' : options.host;
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += LOOK_MS) {
    if (broker.exitCode !== null || broker.signalCode !== null)
      throw new StartRefused(`Kafka 启动失败，请看日志 ${join(options.data, 'logs', 'broker.log')}`);
    if (await answers(host, port)) return;
    await pause(LOOK_MS);
  }
  throw new StartRefused(`Kafka ${START_TIMEOUT_MS / 1_000} 秒内没有就绪，请看日志 ${join(options.data, 'logs', 'broker.log')}`);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const missing = missingForKafka(options.libs);
  if (missing.length > 0) throw new StartRefused(`无法启动 Kafka：\n${missing.map((line) => `  - ${line}`).join('\n')}`);
  if (options.check) return;
  const jars = brokerJars(options.libs);
  if (options.fetch) return;
  options.data = resolve(options.data);
  mkdirSync(join(options.data, 'logs'), { recursive: true });
  const ports = {
    broker: options.port === 0 ? await freePort() : options.port,
    controller: options.node?.port ?? (await freePort()),
  };
  const configuration = writeConfiguration(options, ports);
  format(options, jars, configuration);

  const broker = spawn('java', [...javaCommand(options, jars), 'kafka.Kafka', configuration], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((done) => broker.once('exit', done));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    broker.kill('SIGTERM');
    setTimeout(() => broker.kill('SIGKILL'), STOP_TIMEOUT_MS).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (options.stopWithStdin) process.stdin.resume().once('end', stop).once('close', stop);
  // Whatever ends this process must not leave a broker behind.
  process.once('exit', () => broker.kill('SIGKILL'));
  try {
    await untilItAnswers(broker, options, ports.broker);
    process.stdout.write(
      `${JSON.stringify({ brokers: `${options.host}:${ports.broker}`, pid: broker.pid, data: options.data })}\n`,
    );
  } catch (error) {
    if (!stopping) {
      stop();
      process.exitCode = 1;
      process.stderr.write(`${error.message}\n`);
    }
  }
  const code = await ended;
  process.stdin.pause();
  if (!stopping) {
    process.stderr.write(`Kafka 意外退出（${code ?? '被强制结束'}），请看日志 ${join(options.data, 'logs', 'broker.log')}\n`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
