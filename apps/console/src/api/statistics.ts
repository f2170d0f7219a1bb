import { z } from 'zod';
import { chinaDaySchema, codeSchema } from './primitives.js';

/** Days of one range: what is kept of clues and findings is some years. */
export const MAX_STATISTICS_DAYS = 3_660;

/** GET /api/statistics: days of the county, both within the range; without them, the month so far. */
export const statisticsQuerySchema = z.object({
  from: chinaDaySchema.optional(),
  to: chinaDaySchema.optional(),
  township: codeSchema.optional(),
});
export type StatisticsQuery = z.infer<typeof statisticsQuerySchema>;

/** A number, with what it counts. */
export const statisticsFigureSchema = z.object({
  label: z.string(),
  /** `count`: how many; `share`: thousandths; `fen`: money. */
  kind: z.enum(['count', 'share', 'fen']),
  /** Null: there is nothing of which it could be a share. */
  value: z.int().nullable(),
});
export type StatisticsFigure = z.infer<typeof statisticsFigureSchema>;

/** What is drawn of the figures, on the page and in the bulletin. */
export const statisticsChartSchema = z.object({
  key: z.enum(['months', 'classes', 'forms', 'rectifications']),
  title: z.string(),
  unit: z.string(),
  bars: z.array(z.object({ label: z.string(), value: z.int().nonnegative() })),
});
export type StatisticsChart = z.infer<typeof statisticsChartSchema>;

export const statisticsSchema = z.object({
  fromDay: chinaDaySchema,
  toDay: chinaDaySchema,
  /** Null: all that lies within the reach of who asks. */
  townshipName: z.string().nullable(),
  groups: z.array(
    z.object({
      key: z.enum(['findings', 'verdicts', 'kinds', 'money', 'clues', 'disposals', 'forms', 'rectifications']),
      title: z.string(),
      /** How its figures are reckoned, for whoever has to answer for them. */
      meaning: z.string(),
      figures: z.array(statisticsFigureSchema),
    }),
  ),
  charts: z.array(statisticsChartSchema),
});
export type Statistics = z.infer<typeof statisticsSchema>;
