import { dayNumber, dayText, type DayNumber } from '../world/work-time.js';

const MONTHS_PER_QUARTER = 3;
const QUARTERS = 4;

/** `2026-Q1`. */
export function quarterOf(day: DayNumber): string {
  const [year = '', month = ''] = dayText(day).split('-');
  return `${year}-Q${Math.ceil(Number(month) / MONTHS_PER_QUARTER)}`;
}

/** The last day of a quarter. */
export function lastDayOf(quarter: string): DayNumber {
  const [year, nth] = quarter.split('-Q').map(Number);
  if (year === undefined || nth === undefined) throw new RangeError(`no quarter ${quarter}`);
  const month = String(nth * MONTHS_PER_QUARTER + 1).padStart(2, '0');
  const next = nth === QUARTERS ? `${year + 1}-01-01` : `${year}-${month}-01`;
  return dayNumber(next) - 1;
}
