import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { newDataDirectory } from '../product/product.js';

/** Tests run in the repository's folder, as npm starts them. */
const root = process.cwd();
const START_TIMEOUT_MS = 240_000;

/** `npm run cluster`, in a folder of its own. */
export class Cluster {
  private readonly addresses = new Map<string, string>();
  private readonly output: string[] = [];
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;

  private constructor(
    readonly directory: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.child = spawn(process.execPath, [join(root, 'scripts/cluster.mjs'), ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', TIANYAN_DATA: directory, TIANYAN_SANDBOX_SIZE: 'small', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stderr }).on('line', (line) => this.output.push(line));
  }

  static async start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Cluster> {
    const directory = newDataDirectory('cluster');
    const cluster = new Cluster(directory, args, env);
    await cluster.ready();
    return cluster;
  }

  printed(): string {
    return this.output.join('\n');
  }

  /** Where the part answers: `控制台`, `演示县接口`, `correlator-1` … */
  addressOf(part: string): string {
    const address = this.addresses.get(part);
    if (address === undefined) throw new Error(`no address of ${part} was printed:\n${this.printed()}`);
    return address;
  }

  get url(): string {
    return this.addressOf('控制台');
  }

  firstPassword(account: string): string {
    const file = join(this.directory, 'first-passwords.json');
    const passwords = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>; // as the console writes it
    const password = passwords[account];
    if (!password) throw new Error(`no first password for ${account}`);
    return password;
  }

  /** As Ctrl+C does; resolves with the exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await exited;
    }
    return this.child.exitCode;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new Error(`${why}\n${this.printed()}`));
      };
      const timer = setTimeout(() => {
        this.child.kill('SIGINT');
        fail('the cluster did not start in time');
      }, START_TIMEOUT_MS);
      this.child.once('exit', (code) => fail(`the cluster ended with code ${code}`));
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.output.push(line);
        const [, part, url] = /^\[天眼\] (\S+)\s+(\w+:\/\/\S+)/.exec(line) ?? [];
        if (part === undefined || url === undefined) return;
        this.addresses.set(part, url);
        if (part !== '控制台') return;
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
