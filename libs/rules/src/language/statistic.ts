import { z } from 'zod';
import { amountSchema, type Amount } from './values.js';

/** How far from the middle a value is an outlier, in percent of how far its peers spread, where the rule does not say. */
export const SPREAD_PERCENT = { lowerFence: 150, upperFence: 150, lowerMad: 450, upperMad: 450 } as const;

/**
 * A statistic S of whole numbers v1 <= v2 <= … <= vn, n >= 1:
 * - `average`: Σ / n; `median`: the middle one, or half the sum of the two in the middle;
 * - `quantile`: v at place ⌈q · n / 100⌉ with q = `quantile` (nearest rank): the smallest of them that at least q percent do not exceed;
 * - `lowerFence`, `upperFence`: Q1 − s · (Q3 − Q1), Q3 + s · (Q3 − Q1), with Q1, Q3 = the quantiles of 25, 75: beyond them a value is an
 * outlier (Tukey 1977);
 * - `lowerMad`, `upperMad`: M − s · D, M + s · D, with M the median, and D the median of |v − M|: it stands where up to half of the peers
 * are outliers themselves.
 * s is `spreadPercent` / 100; without it 1.5 for the fences, and 4.5 for the others, about three standard deviations of what is spread
 * normally. All are whole numbers, parts (the average, the median, s · D, s · (Q3 − Q1)) towards zero, without rounding on the way however
 * large they are.
 */
export const statisticShape = {
  statistic: z.enum(['average', 'median', 'quantile', 'lowerFence', 'upperFence', 'lowerMad', 'upperMad']),
  quantile: amountSchema.optional(),
  spreadPercent: amountSchema.optional(),
};

export interface Statistic {
  statistic: z.output<(typeof statisticShape)['statistic']>;
  quantile?: Amount | undefined;
  spreadPercent?: Amount | undefined;
}

/** For `refine`. */
export const saysWhichQuantile = ({ statistic, quantile }: Statistic): boolean =>
  (statistic === 'quantile') === (quantile !== undefined);
export const WHICH_QUANTILE = 'statistic: quantile（分位数）须写 quantile（百分之几），其他的不写';
export const spreadsWhereItMay = ({ statistic, spreadPercent }: Statistic): boolean =>
  spreadPercent === undefined || statistic in SPREAD_PERCENT;
export const WHERE_SPREAD = 'spreadPercent 只能与 lowerFence、upperFence、lowerMad、upperMad 同用';
