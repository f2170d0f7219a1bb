import { recordTopic } from '@tianyan/contracts';
import type { Stream } from '@tianyan/stream';
import type { OrderEvents } from './order-life.js';
import { steadily } from './steadily.js';

/** At 10 records a second each comes alone; at 500 fifty come together, as a connector's page brings them. */
const TICK_MS = 100;

export const BENCH_TYPE = 'hotline.order-event';
export const BENCH_TOPIC = recordTopic(BENCH_TYPE);

/** Publishes at an exact steady rate until it is stopped. */
export class Arrival {
  published = 0;
  private readonly startMs = performance.now();
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly stream: Stream,
    private readonly events: OrderEvents,
    private readonly perSecond: number,
  ) {
    this.running = this.run();
    // Whoever stops it hears of a failure.
    this.running.catch(() => {});
  }

  /** Resolves with the rate that was kept. @throws what publishing failed on */
  async stop(): Promise<number> {
    const seconds = (performance.now() - this.startMs) / 1_000;
    const { published } = this;
    this.stopped = true;
    await this.running;
    return published / seconds;
  }

  private async run(): Promise<void> {
    const producer = this.stream.producer();
    try {
      await steadily({ perSecond: this.perSecond, everyMs: TICK_MS, isOver: () => this.stopped }, async (count) => {
        await producer.publish(BENCH_TOPIC, this.events.next(count));
        this.published += count;
      });
    } finally {
      await producer.close();
    }
  }
}
