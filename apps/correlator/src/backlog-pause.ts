import { LANDED_TOPIC, recordTopic, WRITER_GROUP, type LandedBatch } from '@tianyan/contracts';
import { SECOND_MS, type Pause, type Stopwatch } from '@tianyan/kernel';
import type { PartitionLag, StreamAdmin, StreamConsumer } from '@tianyan/stream';
import type { Logger } from 'pino';
import { CORRELATOR_GROUP } from './transport.js';

/** So many records that wait for the writers are a backlog: twice what one of them has in hand, and more than at any steady load waits. */
export const BACKLOG_RECORDS = 20_000;

/** Of rounds with fewer records nobody asks whether there is more behind them: writers with a backlog make batches of thousands. */
const ASKED_FROM_RECORDS = 2_500;

/**
 * What was delayed by an outage waits so much longer at most. Longer than writers need for a few hundred thousand records; for more
 * of them rounds come so often.
 */
const MAX_PAUSE_MS = 10 * SECOND_MS;

/**
 * So many records landed are enough for a round: they hold some ten thousands of scopes, where many more would be judged by a pass
 * over everything.
 */
const ENOUGH_RECORDS = 200_000;

/** A look is a few small questions to the stream. */
const LOOK_EVERY_MS = SECOND_MS / 4;

/** What hands announcements out. */
export type Held = Pick<StreamConsumer, 'pause' | 'resume'>;

/**
 * After an outage the steps of one thing come in many batches, and each batch that lands touches the thing again: judged as they land, two
 * hundred thousand records are a hundred thousand orders, where there are forty. The processor that this takes is missing for the
 * writers, so that it is later also until everything can be seen. So while they are behind, announcements are left to gather between two rounds.
 */
export class BacklogPause {
  private readonly ending = new AbortController();
  private pausing: Promise<void> | null = null;
  /** Partitions of announcements that have had a round since the last pause. */
  private readonly served = new Set<number>();

  constructor(
    private readonly input: {
      admin: Pick<StreamAdmin, 'lag'>;
      pause: Pause;
      stopwatch: Stopwatch;
      logger: Logger;
    },
  ) {}

  /** After a round of a partition: holds the announcements back where the writers are far behind, and resolves when that is known. */
  async after(round: { partition: number; landed: readonly Pick<LandedBatch, 'type' | 'records'>[] }, held: Held): Promise<void> {
    const { partition, landed } = round;
    if (this.pausing || this.ending.signal.aborted) return;
    if (landed.reduce((sum, { records }) => sum + records, 0) < ASKED_FROM_RECORDS) return;
    if (await this.othersWait(partition)) return;
    const topics = [...new Set(landed.map(({ type }) => recordTopic(type)))];
    const first = await this.writers(topics);
    if (first.waiting < BACKLOG_RECORDS || this.ending.signal.aborted) return;
    this.served.clear();
    held.pause();
    this.pausing = this.untilEnough(topics, first).finally(() => {
      this.pausing = null;
      // Whoever stops takes nothing more in hand: what has gathered would be the largest round of all.
      if (!this.ending.signal.aborted) held.resume();
    });
  }

  /** Nothing is held back anew from then on, and nothing that is held is let go: the process is about to stop. */
  end(): void {
    this.ending.abort();
  }

  /**
   * Whether a partition waits that has had no round since the last pause: the client hands the same ones out first after each, and the last would have
   * its turn when the writers are through. A partition that comes again waits for nobody: others may be another correlator's.
   */
  private async othersWait(partition: number): Promise<boolean> {
    const comesAgain = this.served.has(partition);
    this.served.add(partition);
    if (comesAgain) return false;
    try {
      const lags = await this.input.admin.lag(CORRELATOR_GROUP, [LANDED_TOPIC]);
      return lags.some(({ partition: other, lagMessages }) => lagMessages > 0 && !this.served.has(other));
    } catch (error) {
      this.input.logger.warn({ err: error }, 'what waits to be judged could not be asked');
      return false;
    }
  }

  private async untilEnough(topics: readonly string[], first: Writers): Promise<void> {
    const { pause, stopwatch } = this.input;
    const { signal } = this.ending;
    const endMs = stopwatch() + MAX_PAUSE_MS;
    for (let now = first; now.waiting >= BACKLOG_RECORDS && now.written - first.written < ENOUGH_RECORDS;) {
      await pause(LOOK_EVERY_MS, signal);
      if (stopwatch() >= endMs || signal.aborted) return;
      now = await this.writers(topics);
    }
  }

  /** Nothing waits where it cannot be asked: then nothing is held back. */
  private async writers(topics: readonly string[]): Promise<Writers> {
    try {
      const lags = await this.input.admin.lag(WRITER_GROUP, topics);
      const sum = (of: (lag: PartitionLag) => number) => lags.reduce((total, lag) => total + of(lag), 0);
      return { waiting: sum(({ lagMessages }) => lagMessages), written: sum(({ committedOffset }) => committedOffset ?? 0) };
    } catch (error) {
      this.input.logger.warn({ err: error }, 'how far writers are behind could not be asked');
      return { waiting: 0, written: 0 };
    }
  }
}

interface Writers {
  /** Records that they have not taken. */
  waiting: number;
  /** Where they are: it goes up by what they take. */
  written: number;
}
