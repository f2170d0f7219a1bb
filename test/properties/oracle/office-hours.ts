import type { WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, DAY_MS, startOfChinaDayMs } from '@tianyan/kernel';
import type { Deadline } from '@tianyan/rules';

interface Session {
  openMs: number;
  closeMs: number;
}

const MINUTE_MS = 60_000;

/** What the guide says of a rule that names none. */
const DEFAULT = ['08:30-12:00', '14:00-17:30'];

/** Sessions of a working day, as distances from 0:00. */
export function sessionsOf(deadline: Deadline): Session[] {
  const distance = (time: string) => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * MINUTE_MS;
  return (deadline.officeHours ?? DEFAULT).map((text) => ({
    openMs: distance(text.slice(0, 5)),
    closeMs: distance(text.slice(6)),
  }));
}

/** Sessions as they come, from the day of an instant on. */
function* sessionsFrom(calendar: WorkingCalendar, sessions: readonly Session[], atMs: number): Generator<Session> {
  for (let dayMs = startOfChinaDayMs(chinaDayOf(atMs)); ; dayMs += DAY_MS) {
    if (!calendar.isWorkingDay(chinaDayOf(dayMs))) continue;
    for (const { openMs, closeMs } of sessions) yield { openMs: dayMs + openMs, closeMs: dayMs + closeMs };
  }
}

export function officeTimeBetween(calendar: WorkingCalendar, sessions: readonly Session[], fromMs: number, toMs: number): number {
  let passedMs = 0;
  for (const { openMs, closeMs } of sessionsFrom(calendar, sessions, fromMs)) {
    if (openMs >= toMs) break;
    passedMs += Math.max(0, Math.min(closeMs, toMs) - Math.max(openMs, fromMs));
  }
  return passedMs;
}

/** The earliest instant at which so much office time has passed. */
export function afterOfficeTime(calendar: WorkingCalendar, sessions: readonly Session[], atMs: number, wantedMs: number): number {
  if (wantedMs === 0) return atMs;
  let leftMs = wantedMs;
  for (const { openMs, closeMs } of sessionsFrom(calendar, sessions, atMs)) {
    const fromMs = Math.max(openMs, atMs);
    if (closeMs <= fromMs) continue;
    if (leftMs <= closeMs - fromMs) return fromMs + leftMs;
    leftMs -= closeMs - fromMs;
  }
  throw new Error('the sessions never end');
}
