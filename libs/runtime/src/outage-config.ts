import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { z } from 'zod';

const GIGABYTE = 1024 ** 3;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** When those who run the platform are told that something is out (中断). What a county knows better: how often its upstreams are restarted, how much comes in. */
export const outageVariables = {
  /** So many minutes something has to be out, or to work again, before anybody is told. More than a morning would tell of an outage that is over. */
  TIANYAN_OUTAGE_PATIENCE_MINUTES: whole(1, 240).default(15),
  /** What lasts is told again after so many hours; after more than a week nobody would believe that it had lasted. */
  TIANYAN_OUTAGE_REMIND_HOURS: whole(1, 168).default(12),
  /** More rows into the quarantine within an hour than somebody can look at in one: an upstream has changed its form. */
  TIANYAN_QUARANTINE_ALARM_ROWS: whole(1, 1_000_000).default(200),
  /** Less room left on the disk of the data folder: some days of a county's data, and far above what stops the platform. */
  TIANYAN_DISK_ALARM_GB: whole(1, 10_000).default(4),
};

export interface OutageSettings {
  patienceMs: number;
  remindAfterMs: number;
  quarantineRowsPerHour: number;
  littleFreeBytes: number;
}

type Variables = { [Name in keyof typeof outageVariables]: z.output<(typeof outageVariables)[Name]> };

export function outagesFromEnvironment(env: Variables): OutageSettings {
  return {
    patienceMs: env.TIANYAN_OUTAGE_PATIENCE_MINUTES * MINUTE_MS,
    remindAfterMs: env.TIANYAN_OUTAGE_REMIND_HOURS * HOUR_MS,
    quarantineRowsPerHour: env.TIANYAN_QUARANTINE_ALARM_ROWS,
    littleFreeBytes: env.TIANYAN_DISK_ALARM_GB * GIGABYTE,
  };
}
