import type { FindingTallies } from '@tianyan/findings';
import { MINUTE_MS, Rounds, type Pause } from '@tianyan/kernel';
import type { Logger } from 'pino';

/** What a minute of changes adds is read in milliseconds. */
const EVERY_MS = MINUTE_MS;

/** Keeps the kept counts short. */
export function tallyWatch({ tallies, pause, logger }: { tallies: FindingTallies; pause: Pause; logger: Logger }): Rounds {
  return new Rounds({
    round: async () => {
      await tallies.fold();
      return EVERY_MS;
    },
    onFailed: (error) => {
      logger.warn({ err: error }, 'kept counts of findings could not be folded; they are right, and slower to read');
      return EVERY_MS;
    },
    pause,
  });
}
