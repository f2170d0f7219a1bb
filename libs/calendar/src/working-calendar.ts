import { CHINA_OFFSET_MS, DAY_MS, chinaDayOf, startOfChinaDayMs, type ChinaDay, type EpochMs } from '@tianyan/kernel';
import type { YearOfHolidays } from './holidays.js';

/** A day of the calendar. `ordinal` is the number of working days from the first day of the calendar up to and including it. */
export interface CalendarDay {
  day: ChinaDay;
  working: boolean;
  ordinal: number;
}

/**
 * Years covered. The first is the earliest year a record may carry, so that no accepted record, however old, falls outside
 * and stops the evaluation of everybody else's; the last leaves room for deadlines that are still to come.
 */
export const FIRST_YEAR = 1990;
export const LAST_YEAR = 2040;

/** From this month on the next year's notice is looked for. */
const NEXT_NOTICE_MONTH = '10';

/** A notice has never moved a working day further back than to the weekend before New Year's Day (2018-12-29 the earliest since 2008). */
const SWAPPED_WITH_NEW_YEAR_FROM = '12-25';

const HOW_TO_ADD = '通知发布后，请由管理员写入放假安排文件（TIANYAN_HOLIDAYS_FILE）并重新启动，有关疑点会自动重算。';

/** Number of the China day since 1970-01-01, also for instants before it. */
function dayNumber(atMs: EpochMs): number {
  return Math.floor((atMs + CHINA_OFFSET_MS) / DAY_MS);
}

function startOfDayNumberMs(number: number): EpochMs {
  return number * DAY_MS - CHINA_OFFSET_MS;
}

/** Monday to Friday; 1970-01-01 was a Thursday. */
function isWeekday(number: number): boolean {
  const weekday = (((number + 4) % 7) + 7) % 7;
  return weekday >= 1 && weekday <= 5;
}

/** Chinese working days. Every question about a day outside the calendar throws: a guessed deadline would accuse or excuse wrongly. */
export class WorkingCalendar {
  private readonly firstNumber: number;
  private readonly working: readonly boolean[];
  private readonly ordinals: readonly number[];
  /** Day numbers of the working days: the k-th has ordinal k + 1. */
  private readonly workingNumbers: readonly number[];
  private readonly knownYears: ReadonlySet<number>;

  constructor(
    holidays: readonly YearOfHolidays[],
    years: { first: number; last: number } = { first: FIRST_YEAR, last: LAST_YEAR },
  ) {
    const off = new Set(holidays.flatMap((year) => year.off));
    const worked = new Set(holidays.flatMap((year) => year.work));
    this.knownYears = new Set(holidays.map((year) => year.year));
    this.firstNumber = dayNumber(startOfChinaDayMs(`${years.first}-01-01`));
    const endNumber = dayNumber(startOfChinaDayMs(`${years.last + 1}-01-01`));
    const working: boolean[] = [];
    const ordinals: number[] = [];
    const workingNumbers: number[] = [];
    for (let number = this.firstNumber; number < endNumber; number++) {
      const day = chinaDayOf(startOfDayNumberMs(number));
      const works = worked.has(day) || (isWeekday(number) && !off.has(day));
      if (works) workingNumbers.push(number);
      working.push(works);
      ordinals.push(workingNumbers.length);
    }
    this.working = working;
    this.ordinals = ordinals;
    this.workingNumbers = workingNumbers;
  }

  /** Throws RangeError for a day outside the calendar. */
  isWorkingDay(day: ChinaDay): boolean {
    return this.working[this.indexOf(startOfChinaDayMs(day))] === true;
  }

  /** Number of working days up to and including this day, from the first day of the calendar. */
  ordinal(day: ChinaDay): number {
    return this.ordinals[this.indexOf(startOfChinaDayMs(day))] ?? 0;
  }

  /**
   * 24:00 of the n-th working day strictly after the day of the instant; for n = 0, 24:00 of that day itself.
   * Something is in time when it happens at or before the returned instant.
   */
  addWorkingDays(atMs: EpochMs, days: number): EpochMs {
    if (!Number.isInteger(days) || days < 0) throw new RangeError(`not a number of working days: ${days}`);
    const index = this.indexOf(atMs);
    if (days === 0) return startOfDayNumberMs(this.firstNumber + index + 1);
    const target = this.workingNumbers[(this.ordinals[index] ?? 0) + days - 1];
    if (target === undefined) throw new RangeError(`${days} working days after ${chinaDayOf(atMs)} lie outside the calendar`);
    return startOfDayNumberMs(target + 1);
  }

  /** Working days after the day of the first instant, up to and including the day of the second; negative if it is earlier. */
  workingDaysBetween(fromMs: EpochMs, toMs: EpochMs): number {
    return (this.ordinals[this.indexOf(toMs)] ?? 0) - (this.ordinals[this.indexOf(fromMs)] ?? 0);
  }

  /** Whether the year's notice is known; otherwise only weekends are counted as off. */
  isKnownYear(year: number): boolean {
    return this.knownYears.has(year);
  }

  /**
   * The years whose notices the days from one instant to another depend on and which are not known, in order. The last days
   * of December depend on the next year's notice too.
   */
  yearsWithoutNotice(fromMs: EpochMs, toMs: EpochMs): number[] {
    const last = chinaDayOf(toMs);
    const lastYear = Number(last.slice(0, 4)) + (last.slice(5) >= SWAPPED_WITH_NEW_YEAR_FROM ? 1 : 0);
    const missing: number[] = [];
    for (let year = Number(chinaDayOf(fromMs).slice(0, 4)); year <= lastYear; year++)
      if (!this.isKnownYear(year)) missing.push(year);
    return missing;
  }

  /**
   * What a person should be told at this instant, in Chinese; empty when all is well. The notice for the next year has come
   * between the end of October and December, so its absence is worth a word from October on: deadlines of the last days of
   * the year are counted by it.
   */
  warnings(nowMs: EpochMs): string[] {
    const day = chinaDayOf(nowMs);
    const year = Number(day.slice(0, 4));
    const warnings: string[] = [];
    if (!this.isKnownYear(year))
      warnings.push(`工作日历缺少 ${year} 年的放假安排，本年的期限目前只按周六、周日休息推算。${HOW_TO_ADD}`);
    if (day.slice(5, 7) >= NEXT_NOTICE_MONTH && !this.isKnownYear(year + 1))
      warnings.push(
        `工作日历还没有 ${year + 1} 年的放假安排（国务院办公厅一般在 10 月底至 12 月初发布），跨年的期限目前只按周六、周日休息推算。${HOW_TO_ADD}`,
      );
    return warnings;
  }

  days(): CalendarDay[] {
    return this.working.map((working, index) => ({
      day: chinaDayOf(startOfDayNumberMs(this.firstNumber + index)),
      working,
      ordinal: this.ordinals[index] ?? 0,
    }));
  }

  private indexOf(atMs: EpochMs): number {
    const index = dayNumber(atMs) - this.firstNumber;
    if (!Number.isInteger(index) || index < 0 || index >= this.working.length)
      throw new RangeError(`${Number.isFinite(atMs) ? chinaDayOf(atMs) : String(atMs)} lies outside the calendar`);
    return index;
  }
}
