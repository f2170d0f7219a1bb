import { chinaDayOf, DAY_MS, startOfChinaDayMs, type EpochMs } from '@tianyan/kernel';
import type { WorkingCalendar } from './working-calendar.js';

/** A time of the day in which offices are open, in milliseconds after 0:00. */
export interface OfficeSession {
  fromMs: number;
  toMs: number;
}

/** Further back nobody asks; without an end, sessions that are empty would be looked for for ever. */
const MAX_DAYS_BACK = 400;

/**
 * The latest instant from which offices have been open for `openMs` until `atMs`. What happened at or before it lies so much office time back.
 * @param sessions of a working day, in order, without overlap
 * @throws RangeError where offices were not open so long within {@link MAX_DAYS_BACK} days, or the calendar ends before
 */
export function officeTimeBefore(
  calendar: Pick<WorkingCalendar, 'isWorkingDay'>,
  sessions: readonly OfficeSession[],
  atMs: EpochMs,
  openMs: number,
): EpochMs {
  let leftMs = openMs;
  const todayMs = startOfChinaDayMs(chinaDayOf(atMs));
  for (let back = 0; back < MAX_DAYS_BACK; back++) {
    const dayMs = todayMs - back * DAY_MS;
    if (!calendar.isWorkingDay(chinaDayOf(dayMs))) continue;
    for (const { fromMs, toMs } of sessions.toReversed()) {
      const endMs = Math.min(dayMs + toMs, atMs);
      const lengthMs = endMs - (dayMs + fromMs);
      if (lengthMs <= 0) continue;
      if (lengthMs >= leftMs) return endMs - leftMs;
      leftMs -= lengthMs;
    }
  }
  throw new RangeError(`offices were not open for ${openMs} ms in the ${MAX_DAYS_BACK} days before ${chinaDayOf(atMs)}`);
}
