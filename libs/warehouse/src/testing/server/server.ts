import { freePort } from '@tianyan/kernel';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { APP_USER, configXml, SERVER_DATABASE, SERVER_MEMORY_BYTES, signIn, usersXml } from './settings.js';

/** Of the built library: it runs in a process of its own, also under the tests, which run on the sources. */
const ENGINE_PROGRAM = fileURLToPath(new URL('../../../dist/testing/server/engine-main.js', import.meta.url));

/** It listens within a second; after this something is wrong, also on a busy machine with many parts to read. */
const START_TIMEOUT_MS = 120_000;
const LOOK_MS = 50;
/** A clean stop ends what is running; one that takes longer is cut off, which loses nothing that was acknowledged. */
const STOP_TIMEOUT_MS = 20_000;
/** Last lines of its error output, shown when it fails. */
const KEPT_LINES = 20;

export interface ServerOptions {
  /** Configuration, password, log and data; a start in the same folder finds all rows again. */
  directory: string;
  host?: string;
  /** A free one without it. */
  port?: number;
  /** Of the whole server. */
  memoryBytes?: number;
}

/**
 * A real ClickHouse server on this machine, out of the library that npm brings for the embedded engine: for tests, for
 * measuring, and for trying a cluster. In production a server of ClickHouse's own packages or images runs.
 */
export class ClickHouseServer {
  private readonly lines: string[] = [];
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, null, Readable>,
    private readonly place: { host: string; port: number; directory: string },
    private readonly password: string,
  ) {
    // Its end shows as such; a write to its input never happens.
    child.stdin.on('error', () => {});
    createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
    this.exited = once(child, 'exit').then(() => undefined);
  }

  /** Resolves when it answers. Throws with its own words when it ends before. */
  static async start(options: ServerOptions): Promise<ClickHouseServer> {
    if (!existsSync(ENGINE_PROGRAM)) throw new Error(`${ENGINE_PROGRAM} is missing; npm run build makes it`);
    const place = {
      directory: resolve(options.directory),
      host: options.host ?? '127.0.0.1',
      port: options.port ?? (await freePort()),
      memoryBytes: options.memoryBytes ?? SERVER_MEMORY_BYTES,
    };
    // Records are personal data.
    await mkdir(place.directory, { recursive: true, mode: 0o700 });
    const password = await keptPassword(place.directory);
    const config = join(place.directory, 'config.xml');
    await writeFile(config, configXml(place, password), { mode: 0o600 });
    await writeFile(join(place.directory, 'users.xml'), usersXml(password), { mode: 0o600 });
    const child = spawn(process.execPath, [ENGINE_PROGRAM, config], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // It writes nothing there; but what is left of a crash should lie with its data.
      cwd: place.directory,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const server = new ClickHouseServer(child, place, password);
    try {
      await server.untilUp();
      return server;
    } catch (error) {
      await server.kill();
      throw error;
    }
  }

  /** For the product: `http://user:password@host:port/database`. */
  get url(): string {
    return `http://${APP_USER}:${this.password}@${this.place.host}:${this.place.port}/${SERVER_DATABASE}`;
  }

  get port(): number {
    return this.place.port;
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the server has no process');
    return pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** In good order, then with force. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private async untilUp(): Promise<void> {
    const deadlineMs = performance.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (!this.isRunning) throw new Error(`ClickHouse did not start\n${this.lines.join('\n')}`);
      if (performance.now() > deadlineMs) throw new Error(`ClickHouse did not answer in time\n${this.lines.join('\n')}`);
      await pause(LOOK_MS);
    }
  }

  /** Whether this very process answers: another one on the port would not know the password. */
  private async answers(): Promise<boolean> {
    if (!this.isRunning) return false;
    try {
      return (await this.send('SELECT 1')).ok;
    } catch {
      return false; // it does not listen yet
    }
  }

  private send(sql: string): Promise<Response> {
    const authorization = signIn(APP_USER, this.password);
    const { host, port } = this.place;
    return fetch(`http://${host}:${port}/`, { method: 'POST', headers: { authorization }, body: sql });
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }
}

const passwordsSchema = z.object({ app: z.string().min(1) });

/** Made once for a folder, so that addresses stay valid over a restart. */
async function keptPassword(directory: string): Promise<string> {
  const file = join(directory, 'passwords.json');
  if (existsSync(file)) return passwordsSchema.parse(JSON.parse(await readFile(file, 'utf8'))).app;
  const password = randomBytes(24).toString('hex');
  await writeFile(file, JSON.stringify({ app: password }), { mode: 0o600 });
  return password;
}
