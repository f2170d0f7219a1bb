import { z } from 'zod';
import { clueStepRequestSchema, clueSummarySchema } from './clues.js';

/** Clues of one list; whoever has more in hand finds them in the list of clues. */
export const MAX_BENCH_CLUES = 50;

const stepKindSchema = z.enum(clueStepRequestSchema.shape.step.options.map(({ shape }) => shape.step.value));

/** GET /api/bench: what is whoever asks's to do. */
export const benchSchema = z.object({
  /** In hand, the nearest deadline first. */
  mine: z.array(clueSummarySchema.extend({ dueToday: z.boolean() })),
  mineTotal: z.int().nonnegative(),
  mineOverdue: z.int().nonnegative(),
  mineDueToday: z.int().nonnegative(),
  /** Those that wait for a step that who asks may take now, the nearest deadline first. */
  waiting: z.array(
    clueSummarySchema.extend({
      step: stepKindSchema,
      stepLabel: z.string(),
      /** In whose place (代理); null: in one's own name. */
      forName: z.string().nullable(),
    }),
  ),
  waitingTruncated: z.boolean(),
});
export type Bench = z.infer<typeof benchSchema>;
