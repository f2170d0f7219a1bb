import { z } from 'zod';
import { chinaDaySchema, countSchema, instantMsSchema } from './primitives.js';
import { sourceSummarySchema } from './sources.js';

/** GET /api/overview */
export const overviewSchema = z.object({
  machineNowMs: instantMsSchema,
  /** The county's time; differs from the machine's while a simulated county runs. */
  countyNowMs: instantMsSchema,
  simulated: z.boolean(),
  sources: z.array(sourceSummarySchema),
  /** Loads that are under way, and those of them that are unusual; see GET /api/loads. */
  loads: z.object({ open: z.int().nonnegative(), troubled: z.int().nonnegative() }),
  records: z.object({
    total: z.int().nonnegative(),
    byType: z.array(countSchema),
    /** Per day of the records' own time, the last 30 days of county time. */
    perDay: z.array(z.object({ day: chinaDaySchema, type: z.string(), typeLabel: z.string(), count: z.int().nonnegative() })),
    /** Per hour of arrival, the last 24 hours of county time. */
    perHour: z.array(z.object({ hourStartMs: instantMsSchema, count: z.int().nonnegative() })),
  }),
  /** Rules that are not judged, because judging them fails. */
  rulesPaused: z.int().nonnegative(),
  findings: z.object({
    /** Waiting; what people have set aside is left out, here and in the four below. */
    open: z.int().nonnegative(),
    byClass: z.array(countSchema),
    bySeverity: z.array(countSchema),
    byTownship: z.array(countSchema),
    byRule: z.array(countSchema),
    /** Per county day, the last 30 days. */
    perDay: z.array(
      z.object({
        day: chinaDaySchema,
        /** Came about on this day and not withdrawn, whenever found. */
        occurred: z.int().nonnegative(),
        /** Found on this day. */
        opened: z.int().nonnegative(),
        /** Of these, by the first look at history that was there before: nothing of that day. */
        openedByFirstLook: z.int().nonnegative(),
        withdrawn: z.int().nonnegative(),
      }),
    ),
  }),
  drift: z.object({ findings: z.int().nonnegative(), wakeUps: z.int().nonnegative(), lastSweepAtMs: instantMsSchema.nullable() }),
  quarantineWaiting: z.int().nonnegative(),
  unreadNotices: z.int().nonnegative(),
});
export type Overview = z.infer<typeof overviewSchema>;
