import { systemClock, type Clock } from '@tianyan/kernel';
import type { TianyanConfig } from './config.js';

/** The time of a county without a sandbox: the machine's, or the instant as of which history is judged (TIANYAN_NOW). */
export function realCountyClock(config: Pick<TianyanConfig, 'asOfMs'>): Clock {
  const { asOfMs } = config;
  return asOfMs === null ? systemClock : { nowMs: () => asOfMs };
}
