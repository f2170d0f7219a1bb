import { z } from 'zod';
import { instantMsSchema, pageOf, pageQueryShape } from './primitives.js';

export const sweepSchema = z.object({
  id: z.string(),
  reason: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAtMs: instantMsSchema,
  endedAtMs: instantMsSchema.nullable(),
  /** County time for which everything was evaluated. */
  nowMs: instantMsSchema.nullable(),
  rulesDone: z.int().nonnegative(),
  rulesTotal: z.int().nonnegative(),
  /** Answers of the rules: a scope counts once for each rule by which it has a finding or a deadline still to come. */
  evaluatedScopes: z.int().nonnegative(),
  /** False for the first look of rules at all that is there: nothing was stored to compare with. */
  looksForDrift: z.boolean(),
  /** Differences between what was stored and what the sweep found; must be 0. */
  driftFindings: z.int().nonnegative(),
  driftWakeUps: z.int().nonnegative(),
  error: z.string().nullable(),
});
export type Sweep = z.infer<typeof sweepSchema>;

/** GET /api/sweeps, newest first */
export const sweepQuerySchema = z.object(pageQueryShape);
export type SweepQuery = z.input<typeof sweepQuerySchema>;
export const sweepListSchema = pageOf(sweepSchema);
export type SweepList = z.infer<typeof sweepListSchema>;

export const driftItemSchema = z.object({
  id: z.string(),
  sweepId: z.string(),
  ruleId: z.string(),
  ruleTitle: z.string(),
  scope: z.string(),
  kind: z.string(),
  kindLabel: z.string(),
  /** What was stored and what the sweep found, in short. */
  stored: z.string().nullable(),
  swept: z.string().nullable(),
});
export type DriftItem = z.infer<typeof driftItemSchema>;

/** GET /api/sweeps/:id/drift */
export const driftListSchema = pageOf(driftItemSchema);
export type DriftList = z.infer<typeof driftListSchema>;

/** POST /api/sweeps (administrator) */
export const startSweepRequestSchema = z.strictObject({ ruleIds: z.array(z.string().min(1).max(200)).max(200).optional() });
export type StartSweepRequest = z.infer<typeof startSweepRequestSchema>;
export const startSweepResultSchema = z.object({ sweepId: z.string() });
export type StartSweepResult = z.infer<typeof startSweepResultSchema>;
