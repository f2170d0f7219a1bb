import { systemClock, systemRng, timerPause } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { TianyanConfig } from '../config.js';
import { StoreWait } from './store-wait.js';

/** As a process of the product waits: by the machine's time, as long as the configuration says. */
export function startWait(input: {
  config: TianyanConfig;
  processName: string;
  /** A line for whoever watches the start, Chinese. */
  say: (text: string) => void;
  logger: Logger;
  /** Ends the waiting; without it only the end of the process does. */
  signal?: AbortSignal;
}): StoreWait {
  const { config, processName, say, logger, signal = new AbortController().signal } = input;
  return new StoreWait({
    processName,
    timeoutMs: config.startTimeoutMs,
    say,
    logger,
    clock: systemClock,
    rng: systemRng,
    pause: timerPause,
    signal,
  });
}
