import { z } from 'zod';
import { instantMsSchema } from './primitives.js';

/** A time in which a rule was not judged because judging it failed. All times but `currentUntilMs` are the machine's. */
export const rulePauseSchema = z.object({
  /** Chinese: what happened. */
  trouble: z.string(),
  /** Name of the error, for those who run the platform. */
  detail: z.string(),
  beganAtMs: instantMsSchema,
  /** County time: what the rule has found is of then. */
  currentUntilMs: instantMsSchema,
  /** When it is tried again by itself; null: it waits for a person, or is over. */
  retryAtMs: instantMsSchema.nullable(),
  endedAtMs: instantMsSchema.nullable(),
  /** Sign-in name; null: nobody, it was tried again by itself or the rule was changed. */
  endedBy: z.string().nullable(),
  /** When it had evaluated all that it missed. */
  filledAtMs: instantMsSchema.nullable(),
});
export type RulePause = z.infer<typeof rulePauseSchema>;

/** GET /api/rules/:id/pauses — the last ones, newest first */
export const rulePausesSchema = z.object({ items: z.array(rulePauseSchema) });
export type RulePauses = z.infer<typeof rulePausesSchema>;
