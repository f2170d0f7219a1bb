import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/** The built program: a test of a process needs one that can be killed. `npm test` builds it first. */
export const MAIN = join(import.meta.dirname, '../../dist/main.js');

export const readyLine = z.object({ url: z.url(), exportsFolder: z.string() });

export interface ChildOptions {
  dataFolder: string;
  seed?: number;
  size?: string;
  /** So slow by default that the county's time stands still while a test looks. */
  speed?: number;
  quiet?: boolean;
}

export function childArguments(options: ChildOptions): string[] {
  const { dataFolder, seed = 1, size = 'small', speed = 0.000_001, quiet = true } = options;
  const args = ['--data', dataFolder, '--seed', String(seed), '--size', size, '--speed', String(speed)];
  return quiet ? [...args, '--quiet-upstreams'] : args;
}

/** The sandbox as the product starts it: a child process with pipes. */
export class ChildSandbox {
  private constructor(
    readonly url: string,
    readonly exportsFolder: string,
    readonly readyAfterMs: number,
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
  ) {}

  static async start(options: ChildOptions): Promise<ChildSandbox> {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [MAIN, ...childArguments(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' }, // jest's own options are none of the child's
    });
    const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the sandbox ended with code ${code}`)));
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])) as [string];
    exited.catch(() => undefined); // from now on its end is wanted
    const { url, exportsFolder } = readyLine.parse(JSON.parse(line));
    return new ChildSandbox(url, exportsFolder, performance.now() - startedMs, child);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the sandbox has no process');
    return this.child.pid;
  }

  /** Ends as the given signal does, or by the end of its standard input; resolves to its exit code (null after a signal). */
  async end(how: 'SIGKILL' | 'SIGTERM' | 'end of input'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    if (how === 'end of input') this.child.stdin.end();
    else this.child.kill(how);
    await exited;
    return this.child.exitCode;
  }

  async nowMs(): Promise<number> {
    return z.object({ nowMs: z.number() }).parse(await this.get('/clock')).nowMs;
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(this.url + path)).json();
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status} ${path}: ${await response.text()}`);
    return response.json();
  }
}
