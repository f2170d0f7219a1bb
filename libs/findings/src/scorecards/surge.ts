import { DAY_MS, type EpochMs } from '@tianyan/kernel';

/** Lengths of what is looked at, in days. */
export const SURGE_DAYS = [7, 30] as const;
export type SurgeDays = (typeof SURGE_DAYS)[number];

/** Fewer are no surge, however few were expected. */
export const MIN_SURGE_ORDERS: Readonly<Record<SurgeDays, number>> = { 7: 6, 30: 12 };
/** Times as many as expected. */
export const MIN_SURGE_FACTOR = 1.5;
/** Spreads above what is expected. */
export const MIN_SURGE_SCORE = 3;
/** Makes the median deviation of a normal distribution its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** The same days of the year before, by weekday, and those one span earlier and later. */
const YEAR_DAYS = 364;
const YEAR_SHIFTS = [-1, 0, 1] as const;
/** Spans before this one that say what is usual, where there is no year before. */
export const PRECEDING_SPANS = 8;
/** Fewer of them say nothing. */
export const MIN_PRECEDING_SPANS = 4;

export interface Span {
  fromMs: EpochMs;
  beforeMs: EpochMs;
}

/** What is compared with what. */
export interface SurgeSpans {
  now: Span;
  basis: 'last-year' | 'preceding' | 'none';
  /** Empty for `none`. */
  usual: readonly Span[];
}

/** @param earliestMs the first order that is known; null: there is none */
export function surgeSpans(days: SurgeDays, nowMs: EpochMs, earliestMs: EpochMs | null): SurgeSpans {
  const lengthMs = days * DAY_MS;
  const spanBefore = (endMs: EpochMs): Span => ({ fromMs: endMs - lengthMs, beforeMs: endMs });
  // The instant of now belongs to it.
  const endMs = nowMs + 1;
  const now = spanBefore(endMs);
  const isKnown = ({ fromMs }: Span) => earliestMs !== null && fromMs >= earliestMs;
  const lastYear = YEAR_SHIFTS.map((shift) => spanBefore(endMs - YEAR_DAYS * DAY_MS + shift * lengthMs));
  if (lastYear.every(isKnown)) return { now, basis: 'last-year', usual: lastYear };
  const preceding = Array.from({ length: PRECEDING_SPANS }, (_, i) => spanBefore(now.fromMs - i * lengthMs)).filter(isKnown);
  return preceding.length < MIN_PRECEDING_SPANS
    ? { now, basis: 'none', usual: [] }
    : { now, basis: 'preceding', usual: preceding };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export interface SurgeMeasure {
  count: number;
  /** Median of the usual spans. */
  expected: number;
  /** `(count − expected) / spread`. */
  score: number;
}

/**
 * How unusual a count is. The spread is the greatest of 1.4826 × MAD, the square root of what is expected (what chance alone gives to
 * counts), and 1. Null: no surge.
 */
export function measureSurge(days: SurgeDays, count: number, usual: readonly number[]): SurgeMeasure | null {
  const expected = median(usual);
  const deviation = median(usual.map((value) => Math.abs(value - expected)));
  const score = (count - expected) / Math.max(MAD_TO_SIGMA * deviation, Math.sqrt(expected), 1);
  const isSurge = count >= MIN_SURGE_ORDERS[days] && count >= MIN_SURGE_FACTOR * expected && score >= MIN_SURGE_SCORE;
  return isSurge ? { count, expected, score } : null;
}
