import { RetriableError, SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import type { Logger } from 'pino';
import { z } from 'zod';

const clockAnswer = z.object({
  simStartMs: z.number(),
  realStartMs: z.number(),
  speed: z.number().nonnegative(),
  nowMs: z.number(),
});

/** How often the sandbox is asked for its time: a test may move it, and two clocks drift apart. */
const RESYNC_MS = SECOND_MS;
const ANSWER_TIMEOUT_MS = 5 * SECOND_MS;
/** From here on a status says that the server has trouble of its own. */
const SERVER_ERROR = 500;

/**
 * The simulated county's time: what the sandbox said last, carried on at its speed. Never goes back, whatever it says.
 */
export class CountyClock implements Clock {
  private latestMs: EpochMs = 0;
  private anchor = { countyMs: 0, machineMs: 0, speed: 1 };
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly url: string,
    private readonly machine: Clock,
    private readonly logger: Logger,
  ) {}

  /** Asks the sandbox once before it returns, then again and again until closed. */
  static async follow(input: { sandboxUrl: string; machineClock: Clock; logger: Logger }): Promise<CountyClock> {
    const clock = new CountyClock(`${input.sandboxUrl}/clock`, input.machineClock, input.logger);
    await clock.synchronise();
    clock.scheduleNext();
    return clock;
  }

  nowMs(): EpochMs {
    const elapsedMs = this.machine.nowMs() - this.anchor.machineMs;
    this.latestMs = Math.max(this.latestMs, Math.floor(this.anchor.countyMs + elapsedMs * this.anchor.speed));
    return this.latestMs;
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private scheduleNext(): void {
    this.timer = setTimeout(() => {
      this.synchronise()
        // The county simply goes on at its last known speed while the sandbox is away.
        .catch((error: unknown) => this.logger.debug({ err: error }, 'the sandbox did not tell its time'))
        .finally(() => this.timer && this.scheduleNext());
    }, RESYNC_MS);
    this.timer.unref();
  }

  private async synchronise(): Promise<void> {
    const response = await fetch(this.url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).catch((cause: unknown) => {
      throw new RetriableError('the sandbox is out of reach', { cause });
    });
    if (response.status >= SERVER_ERROR) throw new RetriableError(`the sandbox answers with ${response.status}`);
    const answer = clockAnswer.parse(await response.json());
    this.anchor = { countyMs: answer.nowMs, machineMs: this.machine.nowMs(), speed: answer.speed };
  }
}
