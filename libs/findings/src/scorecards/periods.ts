import { periodOf, type PeriodField } from '@tianyan/contracts';
import { chinaDayOf, DAY_MS, startOfChinaDayMs, type EpochMs } from '@tianyan/kernel';

export const SCORECARD_PERIODS = ['week', 'month', 'quarter'] as const;
export type ScorecardPeriodKind = (typeof SCORECARD_PERIODS)[number];

/** A calendar period in China, [fromMs, beforeMs). */
export interface ScorecardPeriod {
  /** As `periodOf` names it: the Monday of the week, `2026-03`, `2026-Q1`. */
  key: string;
  fromMs: EpochMs;
  beforeMs: EpochMs;
}

const FIELD: Readonly<Record<ScorecardPeriodKind, PeriodField>> = { week: 'atWeek', month: 'atMonth', quarter: 'atQuarter' };

/** Periods that make a year: so many before one lies the same one of the year before. */
const PER_YEAR: Readonly<Record<ScorecardPeriodKind, number>> = { week: 52, month: 12, quarter: 4 };

/** Periods that charts show; the last is the one that is asked about. */
export const SHOWN_PERIODS: Readonly<Record<ScorecardPeriodKind, number>> = { week: 13, month: 13, quarter: 8 };

/** Periods back from now that can be asked about: two years of months. */
export const MAX_PERIODS_BACK = 24;

/** The period in which the instant falls. */
export function periodAt(kind: ScorecardPeriodKind, atMs: EpochMs): ScorecardPeriod {
  const field = FIELD[kind];
  const day = chinaDayOf(atMs);
  const key = periodOf(field, day);
  // A quarter has at most 92 days: this walk is short, and knows nothing of the length of months.
  let fromMs = startOfChinaDayMs(day);
  while (periodOf(field, chinaDayOf(fromMs - 1)) === key) fromMs -= DAY_MS;
  let beforeMs = startOfChinaDayMs(day) + DAY_MS;
  while (periodOf(field, chinaDayOf(beforeMs)) === key) beforeMs += DAY_MS;
  return { key, fromMs, beforeMs };
}

/**
 * The period that lies so many before the one of now, and what it is compared with: oldest first, it is the last. They reach back to
 * the same period of the year before, and as far as charts show.
 */
export function periodsUpTo(kind: ScorecardPeriodKind, nowMs: EpochMs, back: number): readonly ScorecardPeriod[] {
  let last = periodAt(kind, nowMs);
  for (let i = 0; i < back; i++) last = periodAt(kind, last.fromMs - 1);
  const periods = [last];
  const count = Math.max(SHOWN_PERIODS[kind], PER_YEAR[kind] + 1);
  while (periods.length < count) periods.unshift(periodAt(kind, (periods[0] ?? last).fromMs - 1));
  return periods;
}

/** Index of the same period of the year before in what {@link periodsUpTo} gives. */
export function yearBefore(kind: ScorecardPeriodKind, periods: readonly ScorecardPeriod[]): number {
  return periods.length - 1 - PER_YEAR[kind];
}
