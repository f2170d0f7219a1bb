import { z } from 'zod';
import { instantMsSchema, reasonSchema } from './primitives.js';

/** What everybody who is signed in should know of the platform's state. */
export const noticeSchema = z.object({
  /** Tells one from another, also over time. */
  key: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  /** Chinese, says what to do. */
  text: z.string(),
  /** What an administrator can do about it here and now. */
  action: z.enum(['accept-clock', 'reset-clock']).nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** GET /api/notices */
export const noticesSchema = z.object({
  items: z.array(noticeSchema),
  countyNowMs: instantMsSchema,
  /** By which time rules judge; 0 before anything was judged. */
  evaluationNowMs: instantMsSchema,
});
export type Notices = z.infer<typeof noticesSchema>;

/** POST /api/notices/clock */
export const settleClockRequestSchema = z.strictObject({ action: z.enum(['accept', 'reset']), reason: reasonSchema });
export type SettleClockRequest = z.infer<typeof settleClockRequestSchema>;
