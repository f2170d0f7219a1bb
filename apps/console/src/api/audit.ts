import { AUDIT_LABELS, type AuditAction } from '@tianyan/access/api';
import { z } from 'zod';
import { chinaDaySchema, csvOf, instantMsSchema, MAX_FILTER_CHARS, pageOf, pageQueryShape } from './primitives.js';

export { AUDIT_LABELS, type AuditAction };

/** GET /api/audit (audit administrator), newest first: what people saw and did */
export const auditQuerySchema = z.object({
  account: z.string().trim().min(1).max(64).optional(),
  action: csvOf(z.string().min(1).max(64)).optional(),
  /** Stands in what it was done to, or in the reason. */
  text: z.string().trim().min(1).max(MAX_FILTER_CHARS).optional(),
  from: chinaDaySchema.optional(),
  /** The last day that is asked for. */
  to: chinaDaySchema.optional(),
  /** `true`: what was refused or did not succeed. */
  failed: z.enum(['true', 'false']).optional(),
  ...pageQueryShape,
});
export type AuditQuery = z.input<typeof auditQuerySchema>;
export const auditEntrySchema = z.object({
  id: z.string(),
  /** Machine time. */
  atMs: instantMsSchema,
  account: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  actionLabel: z.string(),
  object: z.string().nullable(),
  reason: z.string().nullable(),
  succeeded: z.boolean(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditListSchema = pageOf(auditEntrySchema);
export type AuditList = z.infer<typeof auditListSchema>;
