import { errorKind } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { CorrelatorMetrics } from './metrics.js';

/** What time brings to one kind of thing; stored in transactions of its own, so that a round that fails leaves nothing half done. */
interface Watch {
  round(): Promise<unknown>;
}

/**
 * What time brings beside evaluation: reminders, escalations, samples of campaigns. Nothing that is found depends on it, so a watch that fails for
 * whatever reason is told and counted, and looks again with the next round: ending the process would stop the finding of doubts, at every start
 * anew. What is retriable is left to the loop, which waits for the store.
 */
export class Watches {
  constructor(
    private readonly parts: {
      /** By the name under which a failure is logged. */
      watches: Readonly<Record<string, Watch>>;
      metrics: Pick<CorrelatorMetrics, 'failedWatches'>;
      logger: Logger;
    },
  ) {}

  async round(): Promise<void> {
    for (const [name, watch] of Object.entries(this.parts.watches)) await this.look(name, watch);
  }

  private async look(name: string, watch: Watch): Promise<void> {
    try {
      await watch.round();
    } catch (error) {
      if (errorKind(error) === 'retriable') throw error;
      this.parts.metrics.failedWatches++;
      this.parts.logger.error({ err: error, watch: name }, 'a watch failed; it looks again with the next round');
    }
  }
}
