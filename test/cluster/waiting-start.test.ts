import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { freePort } from '@tianyan/kernel';
import { startEmbeddedPostgres, type RunningPostgres } from '@tianyan/runtime';
import { ClickHouseServer } from '@tianyan/warehouse/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { until } from '../product/api-client.js';
import { newDataDirectory } from '../product/product.js';

/** Tests run in the repository's folder, as npm starts them. */
const root = process.cwd();
const logger = pino({ level: 'silent' });
/** As long as the test itself may take. */
const PATIENCE_MS = 120_000;
jest.setTimeout(PATIENCE_MS);

let directory: string;
/** Nobody listens there until a test starts a server. */
let postgresPort: number;
let clickhouse: { port: number; url: string };
const children: Program[] = [];

beforeAll(async () => {
  directory = newDataDirectory('start');
  postgresPort = await freePort();
  // The first start makes the database, and a process that finds a server without it does not wait.
  await (await startPostgres()).stop();
  const server = await startClickhouse();
  clickhouse = { port: server.port, url: server.url };
  await server.stop();
});
afterAll(async () => {
  for (const child of children) await child.end('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** One of the product's programs, and what it says. */
class Program {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private heard = () => {};

  constructor(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    nodeOptions: readonly string[] = [],
  ) {
    this.child = spawn(process.execPath, [...nodeOptions, join(root, script), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', TIANYAN_DATA: directory, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this);
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          this.heard();
        });
    this.child.once('exit', () => this.heard());
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  async said(text: string): Promise<void> {
    while (!this.lines.some((line) => line.includes(text))) {
      if (this.exitCode !== null)
        throw new Error(`ended with ${this.exitCode} before it said ${text}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code. */
  async end(signal: NodeJS.Signals | null): Promise<number | null> {
    const isOver = () => this.child.exitCode !== null || this.child.signalCode !== null;
    if (!isOver()) {
      const exited = once(this.child, 'exit');
      if (signal) this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}

interface Notifier extends Program {
  url: string;
}

async function startNotifier(env: Readonly<Record<string, string>> = {}, nodeOptions: readonly string[] = []): Promise<Notifier> {
  const port = await freePort();
  const program = new Program(
    'apps/notifier/dist/main.js',
    [],
    {
      TIANYAN_PORT: String(port),
      TIANYAN_POSTGRES_URL: `postgres://tianyan:test@127.0.0.1:${postgresPort}/tianyan`,
      TIANYAN_CLICKHOUSE_URL: clickhouse.url,
      TIANYAN_DIGEST_KEY: 'test-digest-key-test-digest-key-0123',
      ...env,
    },
    nodeOptions,
  );
  return Object.assign(program, { url: `http://127.0.0.1:${port}` });
}

const startPostgres = (): Promise<RunningPostgres> =>
  startEmbeddedPostgres({ directory: join(directory, 'postgres'), password: 'test', port: postgresPort, logger });

const startClickhouse = (port?: number) =>
  ClickHouseServer.start({ directory: join(directory, 'clickhouse'), ...(port === undefined ? {} : { port }) });

async function ask(url: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url);
  return { status: answer.status, body: await answer.json() };
}

/** Asks until the status is this; the process must live meanwhile. */
async function untilStatus(program: Notifier, path: string, status: number): Promise<void> {
  await until(`${path} answers ${status}`, PATIENCE_MS, async () => {
    if (program.exitCode !== null) throw new Error(`ended with ${program.exitCode}:\n${program.lines.join('\n')}`);
    const answer = await fetch(program.url + path).catch(() => null);
    return answer?.status === status;
  });
}

test('a process that is started first waits for its servers, works when they are there, and outlives an outage', async () => {
  const reports = ['--report-on-signal', '--report-signal=SIGUSR2', `--report-directory=${directory}`];
  const notifier = await startNotifier({}, reports);
  await notifier.said(`notifier 正在等待 PostgreSQL（127.0.0.1:${postgresPort}）：连接被拒绝`);
  expect(await ask(`${notifier.url}/healthz`)).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await ask(`${notifier.url}/readyz`)).toEqual({
    status: 503,
    body: { status: 'unavailable', details: { PostgreSQL: 'down' } },
  });

  let postgres = await startPostgres();
  await notifier.said(`正在等待 ClickHouse（127.0.0.1:${clickhouse.port}）`);
  const server = await startClickhouse(clickhouse.port);
  await untilStatus(notifier, '/readyz', 200);

  // What it has loaded: the embedded engines are for processes without servers.
  notifier.kill('SIGUSR2');
  const libraries = await sharedLibraries();
  expect(libraries.length).toBeGreaterThan(0);
  expect(libraries.filter((name) => name.includes('chdb'))).toEqual([]);

  await postgres.stop();
  await untilStatus(notifier, '/readyz', 503);
  postgres = await startPostgres();
  await untilStatus(notifier, '/readyz', 200);
  expect(await notifier.end('SIGTERM')).toBe(0);
  await server.stop();
  await postgres.stop();
});

/** Of the process that was asked for its report, once it has written it. */
async function sharedLibraries(): Promise<string[]> {
  return until('the report is written', PATIENCE_MS, async () => {
    const [file] = readdirSync(directory).filter((name) => name.startsWith('report.'));
    const text = file === undefined ? '' : readFileSync(join(directory, file), 'utf8');
    // It is written piece by piece.
    return text.trimEnd().endsWith('}') && (JSON.parse(text) as { sharedObjects: string[] }).sharedObjects; // as Node documents it
  });
}

test('while it waits it can be stopped, which is no failure', async () => {
  const notifier = await startNotifier();
  await notifier.said('正在等待 PostgreSQL');
  expect(await notifier.end('SIGTERM')).toBe(0);
});

test('it does not wait for ever, nor at all for what waiting cannot mend', async () => {
  const occupied = await startNotifier();
  await occupied.said('正在等待');
  const impatient = await startNotifier({ TIANYAN_START_TIMEOUT_SECONDS: '1' });
  expect(await impatient.end(null)).toBe(1);
  expect(impatient.lines.join('\n')).toMatch(/没有启动：等了 1 秒，PostgreSQL（[^）]+）还是连不上/);

  const wrongHost = await startNotifier({ TIANYAN_POSTGRES_URL: 'postgres://tianyan:test@db$1/tianyan' });
  expect(await wrongHost.end(null)).toBe(1);
  expect(wrongHost.lines.join('\n')).toMatch(/TIANYAN_POSTGRES_URL：主机名写法有误/);

  const taken = await startNotifier({ TIANYAN_PORT: new URL(occupied.url).port });
  expect(await taken.end(null)).toBe(1);
  expect(taken.lines).toEqual([expect.stringMatching(/没有启动：端口 \d+ 已被别的程序占用/)]);
  await occupied.end('SIGTERM');

  const postgres = await startPostgres();
  const wrongPassword = await startNotifier({
    TIANYAN_POSTGRES_URL: `postgres://tianyan:wrong@127.0.0.1:${postgresPort}/tianyan`,
  });
  expect(await wrongPassword.end(null)).toBe(1);
  expect(wrongPassword.lines.join('\n')).toMatch(/没有启动：PostgreSQL（[^）]+）拒绝登录：用户名或密码不对/);
  expect(wrongPassword.lines.join('\n')).not.toMatch(/正在等待/);
  await postgres.stop();
});
