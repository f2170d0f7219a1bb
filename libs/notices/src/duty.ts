import type { WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, MINUTE_MS, type ChinaDay, type EpochMs } from '@tianyan/kernel';
import { minuteOfDay } from './quiet-hours.js';

/** When a team is at work on a working day, in minutes since midnight in China: inside, all of it is told; outside, who is on duty (值班). */
export interface DutyHours {
  fromMinute: number;
  /** Always the later. */
  toMinute: number;
}

/** More on one day would be the team again. */
export const MAX_PERSONS_ON_DUTY = 10;
/** Days of a roster that are saved at once: a month, with the weeks that it begins and ends in. */
export const MAX_DUTY_DAYS_SAVED = 42;

export const TOLD_WHOM = ['team', 'on-duty', 'nobody-on-duty'] as const;
/** Who of a team was told: all; who was on duty; or all, as nobody was on duty who could be told. */
export type ToldWhom = (typeof TOLD_WHOM)[number];

/** Working days are those of the county's calendar: a weekend that is worked counts, a holiday does not. */
export function isAtWork(hours: DutyHours, calendar: Pick<WorkingCalendar, 'isWorkingDay'>, atMs: EpochMs): boolean {
  const minute = minuteOfDay(atMs);
  return minute >= hours.fromMinute && minute < hours.toMinute && calendar.isWorkingDay(chinaDayOf(atMs));
}

/** Whose turn it is: a turn lasts until work would begin on the next day, so that one night belongs to one day. */
export function dutyDayOf({ fromMinute }: DutyHours, atMs: EpochMs): ChinaDay {
  return chinaDayOf(atMs - fromMinute * MINUTE_MS);
}

/** The first day of a team's roster that is not over; without hours there are no turns, and it is the calendar's. */
export function openDutyDay(hours: DutyHours | null, nowMs: EpochMs): ChinaDay {
  return hours === null ? chinaDayOf(nowMs) : dutyDayOf(hours, nowMs);
}
