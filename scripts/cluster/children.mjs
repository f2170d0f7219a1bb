import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Longer than a process takes for its own stop (25 s); then it is killed, which loses nothing. */
const STOP_TIMEOUT_MS = 30_000;
/** The last lines of a program that failed, shown to the person. */
const SHOWN_LINES = 15;

/** A program that was started here. */
export class Child {
  /** Last lines of its error output. */
  lines = [];
  stopping = false;

  /**
   * @param {{ name: string, command: string, args: readonly string[], env?: Readonly<Record<string, string>> }} options
   */
  constructor({ name, command, args, env }) {
    this.name = name;
    // A group of its own: Ctrl+C reaches this program alone, which then stops the others in the right order.
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...env } });
    this.process.stdin.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.process.once('error', (error) => resolve(`无法启动：${error.message}`));
      this.process.once('exit', (code, signal) => resolve(code ?? signal));
    });
    createInterface({ input: this.process.stderr }).on('line', (line) => this.keep(line));
    this.output = createInterface({ input: this.process.stdout });
    this.output.on('line', (line) => this.keep(line));
  }

  get pid() {
    return this.process.pid;
  }

  /** First line of its output; rejects when it ends before. */
  async firstLine(timeoutMs) {
    const line = await Promise.race([
      once(this.output, 'line', { signal: AbortSignal.timeout(timeoutMs) }).then(([text]) => text),
      this.exited.then((how) => {
        throw new Error(`${this.name} 没有启动（${how}）\n${this.lastLines()}`);
      }),
    ]);
    return String(line);
  }

  /** SIGTERM, then SIGKILL; resolves with the exit code or the signal. */
  async stop() {
    this.stopping = true;
    if (this.process.exitCode !== null || this.process.signalCode !== null || this.pid === undefined) return this.exited;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }

  lastLines() {
    return this.lines.join('\n');
  }

  keep(line) {
    this.lines.push(line);
    if (this.lines.length > SHOWN_LINES) this.lines.shift();
  }
}
