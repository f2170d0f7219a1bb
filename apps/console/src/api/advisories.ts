import { z } from 'zod';
import { instantMsSchema, reasonSchema } from './primitives.js';

/** What everybody who is signed in should know of the platform's state. */
export const advisorySchema = z.object({
  /** Tells one from another, also over time. */
  key: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  /** Chinese, says what to do. */
  text: z.string(),
  /** What an administrator can do about it here and now. */
  action: z.enum(['accept-clock', 'reset-clock']).nullable(),
});
export type Advisory = z.infer<typeof advisorySchema>;

/** GET /api/advisories */
export const advisoriesSchema = z.object({
  items: z.array(advisorySchema),
  countyNowMs: instantMsSchema,
  /** By which time rules judge; 0 before anything was judged. */
  evaluationNowMs: instantMsSchema,
});
export type Advisories = z.infer<typeof advisoriesSchema>;

/** POST /api/advisories/clock */
export const settleClockRequestSchema = z.strictObject({ action: z.enum(['accept', 'reset']), reason: reasonSchema });
export type SettleClockRequest = z.infer<typeof settleClockRequestSchema>;
