import type { DayNumber } from '../world/work-time.js';

export interface StoryPlan {
  /** First day with stories, and the day from which they come at the live rate. */
  startDay: DayNumber;
  liveDay: DayNumber;
  /** Problems per rule, and as many look-alikes, spread over the days before `liveDay`. */
  perPastYear: number;
  /** Problems per rule and day from `liveDay` on, so that a person at the console sees them come. */
  perLiveDay: number;
}

/** How many stories of one teller begin on the day: spread evenly, each teller (`shift`) on other days. */
export function countOn({ startDay, liveDay, perPastYear, perLiveDay }: StoryPlan, day: DayNumber, shift: number): number {
  if (day >= liveDay)
    return Math.floor((day - liveDay + 1) * perLiveDay + shift / 10) - Math.floor((day - liveDay) * perLiveDay + shift / 10);
  const days = liveDay - startDay;
  const upTo = (d: number) => Math.floor((d * perPastYear) / days + ((shift * 0.619) % 1));
  return upTo(day - startDay + 1) - upTo(day - startDay);
}
