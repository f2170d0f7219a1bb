import { CHINA_OFFSET_MS, DAY_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import { severityRank } from './severity.js';

/**
 * Time of the day in which nothing leaves the platform for a team; what comes in it is sent at its end. By the machine's clock, read
 * in China: people sleep by it, whatever the county's time is. Inboxes disturb nobody and go on.
 */
export interface QuietHours {
  /** Minutes since midnight; from the later to the earlier: over midnight. Never equal. */
  fromMinute: number;
  toMinute: number;
  /** What is of high severity comes all the same. */
  exceptHigh: boolean;
}

export function minuteOfDay(atMs: EpochMs): number {
  return Math.floor(((atMs + CHINA_OFFSET_MS) % DAY_MS) / MINUTE_MS);
}

/** Whether delivery `d` waits for the end of its team's quiet hours. A test message is waited for by whoever asked for it. */
export const isQuiet = (minute: `$${number}`) => `
  d.kind <> 'channel-test' AND EXISTS (SELECT 1 FROM alert_team q WHERE q.id = d.team_id
    AND CASE WHEN q.quiet_from_minute < q.quiet_to_minute
      THEN ${minute}::int >= q.quiet_from_minute AND ${minute}::int < q.quiet_to_minute
      ELSE ${minute}::int >= q.quiet_from_minute OR ${minute}::int < q.quiet_to_minute END
    AND NOT (q.quiet_except_high AND d.severity = ${severityRank('high')}))`;
