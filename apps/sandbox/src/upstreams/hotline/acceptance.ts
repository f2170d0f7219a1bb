import type { EpochMs } from '@tianyan/kernel';
import { Dice, STREAM } from '../../world/dice.js';
import { isWorkday, startOfDayMs, type DayNumber } from '../../world/work-time.js';

/** Calls by hour of the day, 0–23: two humps, a dip at noon, a few at night. */
const HOURS = [4, 2, 2, 2, 3, 8, 20, 45, 92, 110, 105, 80, 48, 50, 82, 88, 80, 70, 50, 45, 38, 28, 16, 8];

/** When the ordinary orders of a day are accepted, ascending, in whole seconds. */
export function acceptanceTimes(seed: number, day: DayNumber, perDay: number): EpochMs[] {
  const dice = new Dice(seed, STREAM.dayPlan, day);
  const weekday = (day + 4) % 7;
  const workFactor = isWorkday(day) ? (weekday === 1 ? 1.2 : 1.08) : 0.72;
  const season = 1 + 0.12 * Math.sin(((day % 365) / 365) * 2 * Math.PI - 1.9);
  const weather = dice.chance(0.03) ? 1.8 : 0.9 + dice.next() * 0.2; // a storm fills the lines
  const exact = perDay * workFactor * season * weather * 0.99;
  const count = Math.floor(exact) + (dice.chance(exact % 1) ? 1 : 0);
  const times: EpochMs[] = [];
  for (let i = 0; i < count; i++) times.push(startOfDayMs(day) + (dice.weighted(HOURS) * 3600 + dice.int(0, 3599)) * 1000);
  return times.sort((a, b) => a - b);
}
