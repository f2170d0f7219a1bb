import { backoffDelayMs, errorKind, SECOND_MS, type BackoffPolicy, type Rng } from '@tianyan/kernel';
import type { Logger } from 'pino';

/** How long a stored instant may be past before its scope is looked at: a deadline is a matter of days. */
const TICK_MS = SECOND_MS;

/** While a store is away; it is asked again at least so often, because deadlines pass meanwhile. */
const RETRY: BackoffPolicy = { maxAttempts: Number.POSITIVE_INFINITY, firstDelayMs: TICK_MS, maxDelayMs: 15 * SECOND_MS };

/**
 * Does what time alone brings about: scopes whose instant has come, rules whose sources are complete by now.
 * One round at a time; a retriable failure is tried again, ever more patiently, any other ends the process.
 */
export class TimeLoop {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failures = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly input: {
      /** Returns how much there was to do; the next round follows at once while there is more. */
      round: () => Promise<number>;
      onFatal: (error: unknown) => void;
      rng: Rng;
      logger: Logger;
    },
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Resolves when no round is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.runOnce();
    }, delayMs);
  }

  private async runOnce(): Promise<void> {
    try {
      const done = await this.input.round();
      this.failures = 0;
      this.schedule(done > 0 ? 0 : TICK_MS);
    } catch (error) {
      if (errorKind(error) !== 'retriable') return this.input.onFatal(error);
      const delayMs = TICK_MS + backoffDelayMs(RETRY, ++this.failures, this.input.rng);
      this.input.logger.warn({ err: error, delayMs }, 'evaluation by time will be tried again');
      this.schedule(delayMs);
    }
  }
}
