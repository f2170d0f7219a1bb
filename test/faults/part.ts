import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** As a supervisor does: whatever ended by itself is started again, but not in a tight loop. */
const RESTART_MS = 1_000;
/** Java, or a database that recovers, on a busy machine. */
const UP_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 15_000;
/** Last lines of a part, shown when a run fails. */
const KEPT_LINES = 20;

export interface Launch {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Dies with the harness, even frozen. Not for what has children of its own to stop. */
  tied?: boolean;
}

/** What a line of output says: nothing yet, or that the part is up, and which process a strike has to hit. */
export type ReadLine = (line: string) => { pid?: number } | undefined;

/** A program of the cluster: supervised, and hit on purpose. */
export class Part {
  private child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  private exited: Promise<void> = Promise.resolve();
  private target: number | undefined;
  private wanted = false;
  /** The process that was killed here; its end is no surprise. */
  private struck: unknown = null;
  private markUp: () => void = () => {};
  private whenUp: Promise<void> = Promise.resolve();
  private readonly lines: string[] = [];
  /** How often it ended although nobody had hit it. */
  gaveUp = 0;

  /**
   * @param readLine without it the part counts as up when its process runs
   */
  constructor(
    readonly name: string,
    private readonly launch: () => Launch,
    private readonly readLine?: ReadLine,
  ) {}

  get isWanted(): boolean {
    return this.wanted;
  }

  get lastLines(): string {
    return `${this.name}: ${this.lines.join('\n  ')}`;
  }

  /**
   * Starts it; resolves when it is up, however many attempts that takes. Two blows may have met on it: then the first that
   * has waited long enough starts it, and the other waits with it. Two processes would fight for one port.
   */
  async up(): Promise<void> {
    if (!this.wanted) {
      this.wanted = true;
      this.awaitUpAgain();
      // The other blow may have fallen just now.
      await this.exited;
      if (this.wanted && !this.child) this.start();
    }
    await this.untilUp();
  }

  async untilUp(): Promise<void> {
    const timeout = new AbortController();
    const late = pause(UP_TIMEOUT_MS, true, { signal: timeout.signal }).catch(() => false);
    const isLate = await Promise.race([this.whenUp.then(() => false), late]);
    timeout.abort();
    if (isLate) throw new Error(`${this.name} did not come up\n${this.lastLines}`);
  }

  /** `kill -9`; it stays down until {@link up}. */
  async kill(): Promise<void> {
    this.wanted = false;
    this.awaitUpAgain();
    this.struck = this.child;
    this.signal('SIGKILL');
    await this.exited;
  }

  /** SIGSTOP: it keeps its connections and says nothing. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** The process that strikes hit. */
  get pid(): number {
    const pid = this.target ?? this.child?.pid;
    if (pid === undefined) throw new Error(`${this.name} has no process`);
    return pid;
  }

  /** In good order, then with force. */
  async stop(): Promise<void> {
    this.wanted = false;
    const { child } = this;
    if (!child) return;
    this.thaw();
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
      child.kill('SIGKILL');
    }, STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.child) return;
    try {
      // Before it is up, what it starts may run already, and would be left behind.
      if (signal === 'SIGKILL' && this.target === undefined) process.kill(-this.pid, signal);
      else process.kill(this.pid, signal);
    } catch (error) {
      // Gone by itself a moment ago.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private start(): void {
    const { command, args, env = {}, tied = false } = this.launch();
    const [program, programArgs] = tied ? ['setpriv', ['--pdeathsig', 'KILL', command, ...args]] : [command, [...args]];
    const child = spawn(program, programArgs, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, which can be killed whole.
      detached: true,
      // Jest's own options are none of theirs.
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    this.child = child;
    this.target = undefined;
    child.stdin.on('error', () => {});
    if (!this.readLine) this.markUp();
    createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.keep(line);
      const up = this.readLine?.(line);
      if (!up) return;
      this.target = up.pid;
      this.markUp();
    });
    this.exited = new Promise((resolve) => {
      const ended = (how: string) => {
        this.keep(`ended: ${how}`);
        this.child = null;
        resolve();
        if (this.wanted && this.struck !== child) void this.restart();
      };
      child.once('error', (error) => ended(String(error)));
      child.once('exit', (code, signal) => ended(String(code ?? signal)));
    });
  }

  private async restart(): Promise<void> {
    this.gaveUp++;
    process.stderr.write(`ended by itself: ${this.lastLines}\n`);
    this.awaitUpAgain();
    await pause(RESTART_MS);
    if (this.wanted && !this.child) this.start();
  }

  /** Who waits already is told, too. */
  private awaitUpAgain(): void {
    const before = this.markUp;
    this.whenUp = new Promise((resolve) => {
      this.markUp = () => {
        before();
        resolve();
      };
    });
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }
}
