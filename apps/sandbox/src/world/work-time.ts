import { CHINA_OFFSET_MS, DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';

/** Days since 1970-01-01 in China time: cheap to compare and to step through, unlike texts. */
export type DayNumber = number;

export function dayNumberOf(atMs: EpochMs): DayNumber {
  return Math.floor((atMs + CHINA_OFFSET_MS) / DAY_MS);
}

export function startOfDayMs(day: DayNumber): EpochMs {
  return day * DAY_MS - CHINA_OFFSET_MS;
}

export function dayNumber(text: string): DayNumber {
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS;
}

/** `YYYY-MM-DD`. */
export function dayText(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

// State Council notices for 2025 and 2026. The sandbox keeps its own copy on purpose: the truth list must not share
// a mistake with the calendar of the platform that is checked against it.
const OFF: readonly (readonly [string, string])[] = [
  ['2025-01-01', '2025-01-01'], ['2025-01-28', '2025-02-04'], ['2025-04-04', '2025-04-06'], ['2025-05-01', '2025-05-05'],
  ['2025-05-31', '2025-06-02'], ['2025-10-01', '2025-10-08'],
  ['2026-01-01', '2026-01-03'], ['2026-02-15', '2026-02-23'], ['2026-04-04', '2026-04-06'], ['2026-05-01', '2026-05-05'],
  ['2026-06-19', '2026-06-21'], ['2026-09-25', '2026-09-27'], ['2026-10-01', '2026-10-07'],
]; // prettier-ignore
const MAKE_UP = ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11', '2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']; // prettier-ignore

const off = new Set<DayNumber>();
for (const [from, to] of OFF) for (let d = dayNumber(from); d <= dayNumber(to); d++) off.add(d);
const makeUp = new Set(MAKE_UP.map(dayNumber));

export function isWorkday(day: DayNumber): boolean {
  if (makeUp.has(day)) return true;
  if (off.has(day)) return false;
  const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday
  return weekday !== 0 && weekday !== 6;
}

/** The n-th working day strictly after `day`. */
export function workdayAfter(day: DayNumber, n: number): DayNumber {
  let d = day;
  for (let left = n; left > 0;) if (isWorkday(++d)) left--;
  return d;
}

/** Working days in (from, to]; the difference of the ordinals of both. */
export function workdaysBetween(from: DayNumber, to: DayNumber): number {
  let count = 0;
  for (let d = from + 1; d <= to; d++) if (isWorkday(d)) count++;
  return count;
}

/** End (24:00) of the n-th working day after the day of `atMs`: the last instant that is still in time. */
export function deadlineMs(atMs: EpochMs, workdays: number): EpochMs {
  return startOfDayMs(workdayAfter(dayNumberOf(atMs), workdays) + 1);
}

/** The sessions of most county offices, which the platform counts hours by. */
const SESSIONS_MS = [
  [8.5 * HOUR_MS, 12 * HOUR_MS],
  [14 * HOUR_MS, 17.5 * HOUR_MS],
] as const;

/** When so many hours have passed in these sessions of working days. */
export function officeDeadlineMs(atMs: EpochMs, hours: number): EpochMs {
  let leftMs = hours * HOUR_MS;
  for (let day = dayNumberOf(atMs); ; day++) {
    if (!isWorkday(day)) continue;
    for (const [opensMs, closesMs] of SESSIONS_MS) {
      const beginMs = Math.max(atMs, startOfDayMs(day) + opensMs);
      const passedMs = Math.max(0, startOfDayMs(day) + closesMs - beginMs);
      if (leftMs <= passedMs) return beginMs + leftMs;
      leftMs -= passedMs;
    }
  }
}

const OPENS_MS = 8.5 * HOUR_MS;
const CLOSES_MS = 17.5 * HOUR_MS;

/** The same instant if an office is open then, otherwise the next opening. */
export function intoWork(atMs: EpochMs): EpochMs {
  let day = dayNumberOf(atMs);
  const sinceMs = atMs - startOfDayMs(day);
  if (isWorkday(day) && sinceMs <= CLOSES_MS) return sinceMs < OPENS_MS ? startOfDayMs(day) + OPENS_MS : atMs;
  while (!isWorkday(++day));
  return startOfDayMs(day) + OPENS_MS;
}

/** Moves forward by minutes that an office is open. */
export function plusWorkMinutes(atMs: EpochMs, minutes: number): EpochMs {
  let at = intoWork(atMs);
  let leftMs = Math.round(minutes * 60) * 1000;
  for (;;) {
    const closesMs = startOfDayMs(dayNumberOf(at)) + CLOSES_MS;
    if (at + leftMs <= closesMs) return at + leftMs;
    leftMs -= closesMs - at;
    at = intoWork(closesMs + MINUTE_MS);
  }
}

/** A time of day on the given day. */
export function atTime(day: DayNumber, hour: number, minute: number, second = 0): EpochMs {
  return startOfDayMs(day) + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
}

const pad = (n: number) => (n < 10 ? `0${n}` : String(n));

/** `YYYY-MM-DD HH:mm:ss` in China time. */
export function chinaDateTime(atMs: EpochMs): string {
  const day = dayNumberOf(atMs);
  const s = Math.floor((atMs - startOfDayMs(day)) / 1000);
  return `${dayTextCached(day)} ${pad(Math.floor(s / 3600))}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
}

const dayTexts = new Map<DayNumber, string>();
/** Some thousand days at most ever occur; making the text afresh costs more than everything else in a row. */
function dayTextCached(day: DayNumber): string {
  let text = dayTexts.get(day);
  if (text === undefined) dayTexts.set(day, (text = dayText(day)));
  return text;
}
