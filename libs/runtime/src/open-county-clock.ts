import { systemClock, type Clock } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { TianyanConfig } from './config.js';
import { CountyClock } from './county-clock.js';
import { realCountyClock } from './standing-clock.js';
import { storeAddresses, type StoreWait } from './starting/index.js';

/**
 * Whose time the county's is, in every process that judges: that of the simulated county which `sandboxServer` names, or the real
 * one. How far it may jump (`clockLimits`) is asked of the same.
 * @param closers takes what ends the following
 */
export async function openCountyClock(input: {
  config: TianyanConfig;
  wait: StoreWait;
  logger: Logger;
  closers: (() => Promise<unknown>)[];
}): Promise<Clock> {
  const { config, wait, logger, closers } = input;
  if (config.sandboxServer === null) return realCountyClock(config);
  const { url } = config.sandboxServer;
  const clock = await wait.until(storeAddresses(config).sandbox, () =>
    CountyClock.follow({ sandboxUrl: url, machineClock: systemClock, logger }),
  );
  closers.push(async () => clock.close());
  return clock;
}
