import { chinaDayOf, DAY_MS, startOfChinaDayMs } from '@tianyan/kernel';

/**
 * Fields that every record has besides those of its contract: the China calendar periods in which it happened, as text. A rule may
 * use them as it uses any code, above all as a part of its scope: `[unitId, atMonth]` judges a unit month by month.
 */
export const PERIOD_FIELDS = ['atDay', 'atWeek', 'atMonth', 'atQuarter', 'atYear'] as const;
export type PeriodField = (typeof PERIOD_FIELDS)[number];

export const PERIOD_LABELS: Readonly<Record<PeriodField, string>> = {
  atDay: '发生日期',
  atWeek: '发生的那一周（周一的日期）',
  atMonth: '发生月份',
  atQuarter: '发生季度',
  atYear: '发生年份',
};

const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday: so many days after a Monday. */
const EPOCH_WEEKDAY = 3;
const MONTHS_PER_QUARTER = 3;

export function isPeriodField(field: string): field is PeriodField {
  return PERIOD_FIELDS.some((known) => known === field);
}

/**
 * The period as its field names it: `2026-03-02`, the Monday of the week `2026-03-02`, `2026-03`, `2026-Q1`, `2026`.
 * @param day China day, YYYY-MM-DD
 */
export function periodOf(field: PeriodField, day: string): string {
  const [year = '', month = ''] = day.split('-');
  switch (field) {
    case 'atDay':
      return day;
    case 'atWeek': {
      const startMs = startOfChinaDayMs(day);
      const daysSinceMonday = (Date.parse(`${day}T00:00:00Z`) / DAY_MS + EPOCH_WEEKDAY) % DAYS_PER_WEEK;
      return chinaDayOf(startMs - daysSinceMonday * DAY_MS);
    }
    case 'atMonth':
      return `${year}-${month}`;
    case 'atQuarter':
      return `${year}-Q${Math.ceil(Number(month) / MONTHS_PER_QUARTER)}`;
    case 'atYear':
      return year;
  }
}
