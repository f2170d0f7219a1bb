import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Tests and benches run in the repository's folder, as npm starts them. */
const root = process.cwd();
/** As `npm start` gives them. */
const MEMORY_FLAGS = ['--max-old-space-size=1536', '--max-semi-space-size=96'];
const START_TIMEOUT_MS = 180_000;

export interface ProductOptions {
  dataDirectory?: string;
  seed?: number;
  size?: string;
  speed?: number;
  env?: Readonly<Record<string, string>>;
}

/** The built product, started as a user would, in a folder of its own. */
export class Product {
  private constructor(
    readonly url: string,
    /** Where the simulated county answers; empty without one. */
    readonly sandboxUrl: string,
    readonly dataDirectory: string,
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    private readonly output: string[],
  ) {}

  static async start(options: ProductOptions = {}): Promise<Product> {
    const dataDirectory = options.dataDirectory ?? newDataDirectory('product');
    const child = spawn(process.execPath, [...MEMORY_FLAGS, join(root, 'apps/tianyan/dist/main.js')], {
      cwd: root,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        TIANYAN_DATA: dataDirectory,
        TIANYAN_PORT: '0',
        TIANYAN_SANDBOX_SEED: String(options.seed ?? 1),
        TIANYAN_SANDBOX_SIZE: options.size ?? 'small',
        TIANYAN_SANDBOX_SPEED: String(options.speed ?? 60),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
    const addresses = await addressesOf(child, output);
    return new Product(addresses.url, addresses.sandboxUrl, dataDirectory, child, output);
  }

  /** What the product printed so far. */
  printed(): string {
    return this.output.join('\n');
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the product has no process');
    return this.child.pid;
  }

  /** First password of an account, as written for the person who installs. */
  firstPassword(account: string): string {
    const passwords = JSON.parse(readFileSync(join(this.dataDirectory, 'first-passwords.json'), 'utf8')) as Record<
      string,
      string
    >;
    const password = passwords[account];
    if (!password) throw new Error(`no first password for ${account}`);
    return password;
  }

  /** `kill -9`: nothing is flushed, nothing is said goodbye to. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Stops and removes the data. */
  async dispose(): Promise<void> {
    await this.stop();
    if (existsSync(this.dataDirectory)) rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}

/** An empty folder among the temporary ones, named after what it is of. */
export function newDataDirectory(of: string): string {
  const directory = mkdtempSync(join(tmpdir(), `tianyan-${of}-`));
  // Run by root, PostgreSQL is started as another user, who must reach its folder.
  chmodSync(directory, 0o711);
  return directory;
}

function addressesOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  output: string[],
): Promise<{ url: string; sandboxUrl: string }> {
  return new Promise((resolve, reject) => {
    let sandboxUrl = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${why}\n${output.join('\n')}`));
    };
    const timer = setTimeout(() => fail('the product did not start in time'), START_TIMEOUT_MS);
    child.once('exit', (code) => fail(`the product ended with code ${code}`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      sandboxUrl = /演示县接口\S*\s+(http:\/\/\S+)/.exec(line)?.[1] ?? sandboxUrl;
      const url = /控制台\S*\s+(http:\/\/\S+)/.exec(line)?.[1];
      if (!url) return;
      clearTimeout(timer);
      resolve({ url, sandboxUrl });
    });
  });
}
