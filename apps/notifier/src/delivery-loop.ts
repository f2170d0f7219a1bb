import { EVENT_CHANNEL, MAX_DELIVERIES_PER_ROUND, type DeliveryRound } from '@tianyan/notices';
import { backoffDelayMs, SECOND_MS, type BackoffPolicy, type Pause, type Rng } from '@tianyan/kernel';
import { Listener, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';

/** Without any notice the queue is looked at so often: retries become due by time, and a notice can be lost. */
export const POLL_MS = 5 * SECOND_MS;
const RESTART_BACKOFF: BackoffPolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: SECOND_MS,
  maxDelayMs: 30 * SECOND_MS,
};

/**
 * Delivers until it is stopped. New alerts are heard of by NOTIFY, at once; what waits for a retry is found by looking.
 * A failure of the database ends the round, not the loop.
 */
export class DeliveryLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private wake = new AbortController();
  private readonly listener: Listener;

  constructor(private readonly parts: { round: DeliveryRound; pool: Pool; pause: Pause; rng: Rng; logger: Logger }) {
    const { pool, pause, rng, logger } = parts;
    this.listener = new Listener({
      pool,
      channels: [EVENT_CHANNEL],
      backoff: RESTART_BACKOFF,
      rng,
      pause,
      onNotification: () => this.wake.abort(),
      // What was announced before it listened is found by looking.
      onListening: () => this.wake.abort(),
      onLost: (error) => logger.warn({ err: error }, 'cannot listen for alerts; trying again'),
    });
  }

  start(): void {
    if (this.running) return;
    this.listener.start();
    this.running = this.run();
  }

  /** Resolves after the round in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.running;
    await this.listener.stop();
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        await this.deliverAll();
        failures = 0;
        await this.rest(POLL_MS);
      } catch (error) {
        failures++;
        const delayMs = backoffDelayMs(RESTART_BACKOFF, failures, this.parts.rng);
        this.parts.logger.warn({ err: error, delayMs }, 'deliveries stopped; trying again');
        await this.rest(delayMs);
      }
    }
  }

  private async deliverAll(): Promise<void> {
    // A notice that comes from here on ends the rest below at once.
    this.wake = new AbortController();
    while (!this.stopping.signal.aborted && (await this.parts.round.run()) === MAX_DELIVERIES_PER_ROUND);
  }

  private async rest(delayMs: number): Promise<void> {
    if (!this.stopping.signal.aborted) await this.parts.pause(delayMs, this.wake.signal);
  }
}
