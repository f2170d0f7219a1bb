// The cluster profile on one machine: Kafka, Redis, PostgreSQL and the warehouse, or the servers that the environment
// names, and every app as a process of its own, fed by the simulated county. Ctrl+C stops everything in good order.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from './cluster/children.mjs';
import { APPS, checkMachine, readOptions, StartRefused, USAGE } from './cluster/options.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
/** All schemas are made at the first start, one process after the other. */
const READY_TIMEOUT_MS = 180_000;
const LOOK_MS = 200;
/** A process that died is started again after this, so that one that cannot start does not fill the machine with attempts. */
const RESTART_MS = 2_000;
const EXIT_FAILED = 1;

const say = (text) => process.stdout.write(`[天眼] ${text}\n`);

class Cluster {
  /** In the order of starting; stopped in the opposite order. */
  closers = [];
  /** By name, such as `writer-2`. */
  apps = new Map();
  /** @type {Promise<void> | null} */
  stopping = null;

  constructor(options, env) {
    this.options = options;
    this.data = resolve(env.TIANYAN_DATA ?? 'data/cluster');
    this.env = { ...env, TIANYAN_DATA: this.data };
  }

  async start() {
    // Loaded late: the workspaces are built by then.
    const { startServers } = await import('./cluster/servers.mjs');
    const [{ freePort }, { keptSecret }] = await Promise.all([import('@tianyan/kernel'), import('@tianyan/runtime')]);
    const { options, data, closers } = this;
    const onEnd = (child, how) => this.fail(`${child.name} 意外结束（${how}）\n${child.lastLines()}`);
    const env = await startServers({ options, env: this.env, data, say, closers, onEnd });
    env.TIANYAN_DIGEST_KEY ??= keptSecret(join(data, 'secrets', 'digest-key'));
    env.TIANYAN_STOP_WITH_STDIN = 'on';
    closers.push(() => this.stopApps());
    for (const app of APPS) {
      for (let copy = 1; copy <= options.copies[app]; copy++) {
        const name = options.copies[app] === 1 ? app : `${app}-${copy}`;
        const port = app === 'console' ? (env.TIANYAN_PORT ?? '8080') : String(await freePort());
        this.run({ name, app, env: { ...env, TIANYAN_PORT: port } });
      }
    }
    await this.untilReady();
    this.sayPasswords();
    say(`控制台        ${this.urlOf('console')}`);
  }

  run({ name, app, env }) {
    const child = new Child({ name, command: process.execPath, args: [join(root, `apps/${app}/dist/main.js`)], env });
    this.apps.set(name, { child, url: `http://${env.TIANYAN_HOST ?? '127.0.0.1'}:${env.TIANYAN_PORT}` });
    void this.watch({ name, app, env }, child);
  }

  async watch(program, child) {
    const how = await child.exited;
    if (child.stopping || this.stopping) return;
    if (!this.ready) {
      this.fail(`${program.name} 没有启动（${how}）\n${child.lastLines()}`);
      return;
    }
    say(`${program.name} 意外结束（${how}），${RESTART_MS / 1_000} 秒后重新启动`);
    await pause(RESTART_MS);
    if (!this.stopping) this.run(program);
  }

  async untilReady() {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    for (const [name, { url, child }] of this.apps) {
      while (!(await isReady(url))) {
        if (this.stopping) throw new StartRefused('已停止');
        if (performance.now() > deadlineMs) throw new StartRefused(`${name} 没有就绪，请看 ${join(this.data, 'logs')} 中的日志`);
        await pause(LOOK_MS);
      }
      say(`${name.padEnd(13)} ${url}  （进程 ${child.pid}）`);
    }
    this.ready = true;
  }

  urlOf(name) {
    return this.apps.get(name).url;
  }

  sayPasswords() {
    const file = join(this.data, 'first-passwords.json');
    if (!existsSync(file)) return;
    for (const [account, password] of Object.entries(JSON.parse(readFileSync(file, 'utf8'))))
      say(`初始账号      ${account}  初始密码 ${password}  （首次登录须修改）`);
    say(`初始密码另存于 ${file}，修改后请删除`);
  }

  async stopApps() {
    await Promise.all(
      [...this.apps].map(async ([name, { child }]) => {
        const how = await child.stop();
        if (how !== 0) say(`${name} 没有按时做完手里的工作（${how}）；下次启动后会重做，不丢数据`);
      }),
    );
  }

  /** @returns {Promise<void>} */
  stop() {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  async stopAll() {
    for (const closer of this.closers.toReversed()) await closer();
  }

  fail(text) {
    if (this.stopping) return;
    process.stderr.write(`[天眼] ${text}\n`);
    void this.stop().finally(() => process.exit(EXIT_FAILED));
  }
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) })).ok;
  } catch {
    return false; // it does not listen yet
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  checkMachine(options, process.env);
  const cluster = new Cluster(options, process.env);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      say('正在停止……');
      void cluster.stop().then(() => process.exit(0));
    });
  }
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`[天眼] ${error instanceof StartRefused ? error.message : error.stack}\n`);
  process.exit(EXIT_FAILED);
}
