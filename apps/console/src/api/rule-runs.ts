import { z } from 'zod';
import { chinaDaySchema, instantMsSchema } from './primitives.js';

const countSchema = z.number().nonnegative();

const runFiguresSchema = z.object({
  runs: countSchema,
  /** Wall time: of the rule alone as far as it can be told, and its even share of what is done for several. */
  spentMs: countSchema,
  slowestMs: countSchema,
  errors: countSchema,
  /** Null where not the whole county is seen: they are of all of it. */
  counts: z
    .object({
      /** Scopes judged; of a pass over everything, those with an answer. */
      scopes: countSchema,
      /** Records read for scopes judged in the process; null where queries judged: what they read is not known. */
      records: countSchema.nullable(),
      /** Rows read by the queries that judged it, with the other rules that stood in them; null: no query did, or it is not known. */
      readRows: countSchema.nullable(),
      gained: countSchema,
      lost: countSchema,
      changed: countSchema,
    })
    .nullable(),
});
export type RunFigures = z.infer<typeof runFiguresSchema>;

export const ruleRunSchema = runFiguresSchema.extend({
  kind: z.string(),
  kindLabel: z.string(),
  /** Sums of an hour, of old ones of a day. */
  grain: z.enum(['hour', 'day']),
  /** Machine time. */
  fromMs: instantMsSchema,
  /** Name of the last error; null: none. */
  lastError: z.string().nullable(),
});
export type RuleRun = z.infer<typeof ruleRunSchema>;

/** GET /api/rules/:id/runs */
export const ruleRunsSchema = z.object({
  /** The last ones, newest first. */
  items: z.array(ruleRunSchema),
  /** The last 30 days of the machine, oldest first, without trials. */
  perDay: z.array(runFiguresSchema.extend({ day: chinaDaySchema })),
  /** So much of the log may be missing of a process that was killed. */
  flushSeconds: z.int(),
});
export type RuleRuns = z.infer<typeof ruleRunsSchema>;

/** GET /api/rules/runs/slowest */
export const slowestRulesSchema = z.object({
  days: z.int(),
  items: z.array(runFiguresSchema.extend({ ruleId: z.string(), title: z.string() })),
});
export type SlowestRules = z.infer<typeof slowestRulesSchema>;
