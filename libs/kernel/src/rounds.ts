import type { Pause } from './retry.js';

/** What a process does beside everything else, from its start to its stop: one round after the other, never two at once. */
export class Rounds {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly of: {
      /** Resolves with how long to wait before the next, in milliseconds. */
      round: () => Promise<number>;
      /** Told why a round failed; the next begins all the same, after so many milliseconds. */
      onFailed: (error: unknown) => number;
      pause: Pause;
    },
  ) {}

  /** Aborted once it is to stop: a long round may look whether it should end early. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves after the round in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.signal.aborted) {
      const waitMs = await this.of.round().catch(this.of.onFailed);
      await this.of.pause(waitMs, this.signal);
    }
  }
}
